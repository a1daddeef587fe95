using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Policies;

/// <summary>Deletes a version that is not the default.</summary>
internal sealed class DeletePolicyVersion(PolicyLibrary policies) : IOperation<VersionTarget, EmptyAnswer>
{
    public OperationInfo Info { get; } =
        OperationInfo.OfRam("DeletePolicyVersion", Effect.ChangesState, "PolicyName", "VersionId");

    public VersionTarget Parse(Parameters parameters) => VersionTarget.ParseCustom(parameters);

    public async ValueTask<EmptyAnswer> HandleAsync(VersionTarget request, Caller caller, CancellationToken stop)
    {
        await policies.DeleteVersionAsync(request.Policy.Name.Value, request.Number, stop);
        return EmptyAnswer.Instance;
    }
}
