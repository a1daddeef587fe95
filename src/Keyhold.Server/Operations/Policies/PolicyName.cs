using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Server.Operations.Policies;

/// <summary>The name of a policy: 1 to 128 letters, digits and hyphens, as RAM has it.</summary>
internal readonly record struct PolicyName(string Value)
{
    private const string Parameter = "PolicyName";
    private const int MaximumLength = 128;

    public static PolicyName Parse(Parameters parameters)
    {
        var text = parameters.Required(Parameter);
        return
            text.Length <= MaximumLength
            && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-')
            ? new PolicyName(text)
            : throw ApiException.InvalidParameter(
                Parameter,
                $"it is not made of 1 to {MaximumLength} letters, digits and hyphens",
                "Correct the name"
            );
    }

    public override string ToString() => Value;
}
