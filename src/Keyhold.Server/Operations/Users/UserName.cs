using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;

namespace Keyhold.Server.Operations.Users;

/// <summary>The name of a user: 1 to 64 letters, digits, dots, underscores and hyphens, as RAM has it.</summary>
internal readonly record struct UserName(string Value)
{
    public const string Parameter = "UserName";
    private const int MaximumLength = 64;

    public Resource Resource => Resource.User(Value);

    public static UserName Parse(Parameters parameters)
    {
        var text = parameters.Required(Parameter);
        return text.Length <= MaximumLength && text.All(IsAllowed)
            ? new UserName(text)
            : throw ApiException.InvalidParameter(
                Parameter,
                $"it is not made of 1 to {MaximumLength} letters, digits, dots, underscores and hyphens",
                "Correct the name"
            );
    }

    /// <summary>Null when the parameter is absent or empty, which often means whoever asks.</summary>
    public static UserName? ParseOptional(Parameters parameters) =>
        parameters.Optional(Parameter) is null ? null : Parse(parameters);

    public override string ToString() => Value;

    private static bool IsAllowed(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-';
}
