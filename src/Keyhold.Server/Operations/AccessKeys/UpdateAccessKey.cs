using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>Disables or enables an access key.</summary>
internal sealed class UpdateAccessKey(Access.AccessKeys accessKeys, Installation installation)
    : IOperation<UpdateAccessKey.Request, EmptyAnswer>
{
    public OperationInfo Info { get; } =
        OperationInfo.OfRam("UpdateAccessKey", Effect.ChangesState, "UserName", "UserAccessKeyId", "Status");

    internal sealed record Request(AccessKeyTarget Target, string Status) : IOperationRequest
    {
        public Resource Resource => Target.Resource;
    }

    public Request Parse(Parameters parameters) =>
        new(AccessKeyTarget.Parse(parameters), parameters.RequiredOneOf("Status", AccessKeyStatus.All));

    public async ValueTask<EmptyAnswer> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var key = await request.Target.RequireAsync(accessKeys, caller, installation, stop);
        return await accessKeys.SetStatusAsync(key.AccessKeyId, request.Status, stop)
            ? EmptyAnswer.Instance
            : throw request.Target.NotFound(caller, installation);
    }
}
