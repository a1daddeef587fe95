using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Policies;

/// <summary>One version of a policy.</summary>
internal sealed record VersionTarget(PolicyTarget Policy, int Number) : IOperationRequest
{
    private const string Parameter = "VersionId";

    public Resource Resource => Policy.Resource;

    public static VersionTarget Parse(Parameters parameters) =>
        new(PolicyTarget.Parse(parameters), NumberIn(parameters));

    public static VersionTarget ParseCustom(Parameters parameters) =>
        new(PolicyTarget.ParseCustom(parameters), NumberIn(parameters));

    private static int NumberIn(Parameters parameters) =>
        PolicyVersionId.Parse(parameters.Required(Parameter))
        ?? throw ApiException.InvalidParameter(
            Parameter,
            "it is not a version such as v1",
            "Give a VersionId that ListPolicyVersions answers"
        );
}
