using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Policies;

/// <summary>Deletes a policy that no user has and that has a single version.</summary>
internal sealed class DeletePolicy(PolicyLibrary policies) : IOperation<PolicyTarget, EmptyAnswer>
{
    public OperationInfo Info { get; } = OperationInfo.OfRam("DeletePolicy", Effect.ChangesState, "PolicyName");

    public PolicyTarget Parse(Parameters parameters) => PolicyTarget.ParseCustom(parameters);

    public async ValueTask<EmptyAnswer> HandleAsync(PolicyTarget request, Caller caller, CancellationToken stop)
    {
        await policies.DeleteAsync(request.Name.Value, stop);
        return EmptyAnswer.Instance;
    }
}
