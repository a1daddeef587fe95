using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Policies;

/// <summary>Puts a version in force wherever the policy is attached, from the next request on.</summary>
internal sealed class SetDefaultPolicyVersion(PolicyLibrary policies) : IOperation<VersionTarget, EmptyAnswer>
{
    public OperationInfo Info { get; } =
        OperationInfo.OfRam("SetDefaultPolicyVersion", Effect.ChangesState, "PolicyName", "VersionId");

    public VersionTarget Parse(Parameters parameters) => VersionTarget.ParseCustom(parameters);

    public async ValueTask<EmptyAnswer> HandleAsync(VersionTarget request, Caller caller, CancellationToken stop)
    {
        await policies.SetDefaultAsync(request.Policy.Name.Value, request.Number, stop);
        return EmptyAnswer.Instance;
    }
}
