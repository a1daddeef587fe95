using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>Deletes an access key at once and for good.</summary>
internal sealed class DeleteAccessKey(Access.AccessKeys accessKeys, Installation installation)
    : IOperation<AccessKeyTarget, EmptyAnswer>
{
    public OperationInfo Info { get; } =
        OperationInfo.OfRam("DeleteAccessKey", Effect.ChangesState, "UserName", "UserAccessKeyId");

    public AccessKeyTarget Parse(Parameters parameters) => AccessKeyTarget.Parse(parameters);

    public async ValueTask<EmptyAnswer> HandleAsync(AccessKeyTarget request, Caller caller, CancellationToken stop)
    {
        var key = await request.RequireAsync(accessKeys, caller, installation, stop);
        return await accessKeys.DeleteAsync(key.AccessKeyId, stop)
            ? EmptyAnswer.Instance
            : throw request.NotFound(caller, installation);
    }
}
