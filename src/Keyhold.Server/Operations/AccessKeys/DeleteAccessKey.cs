using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>Deletes an access key at once and for good.</summary>
internal sealed class DeleteAccessKey(Access.AccessKeys accessKeys) : IOperation<AccessKeyTarget, EmptyAnswer>
{
    public OperationInfo Info { get; } = new("DeleteAccessKey", Effect.ChangesState) { Audited = ["UserAccessKeyId"] };

    public AccessKeyTarget Parse(Parameters parameters) => AccessKeyTarget.Parse(parameters);

    public async ValueTask<EmptyAnswer> HandleAsync(AccessKeyTarget request, Caller caller, CancellationToken stop) =>
        await accessKeys.DeleteAsync(request.UserAccessKeyId, stop)
            ? EmptyAnswer.Instance
            : throw AccessKeyTarget.NotFound();
}
