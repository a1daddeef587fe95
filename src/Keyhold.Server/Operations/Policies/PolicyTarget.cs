using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Policies;

/// <summary>A policy by its type and its name.</summary>
internal sealed record PolicyTarget(string Type, PolicyName Name) : IOperationRequest
{
    public Resource Resource => Resource.Policy(Type, Name.Value);

    public static PolicyTarget Parse(Parameters parameters) =>
        new(parameters.RequiredOneOf("PolicyType", PolicyType.All), PolicyName.Parse(parameters));

    /// <summary>For operations that change a policy: only the account's own can be changed, so RAM asks for no type.</summary>
    public static PolicyTarget ParseCustom(Parameters parameters) =>
        new(PolicyType.Custom, PolicyName.Parse(parameters));
}
