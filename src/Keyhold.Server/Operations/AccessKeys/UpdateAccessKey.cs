using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>Disables or enables an access key.</summary>
internal sealed class UpdateAccessKey(Access.AccessKeys accessKeys) : IOperation<UpdateAccessKey.Request, EmptyAnswer>
{
    public OperationInfo Info { get; } =
        new("UpdateAccessKey", Effect.ChangesState) { Audited = ["UserAccessKeyId", "Status"] };

    internal sealed record Request(AccessKeyTarget Target, string Status) : IOperationRequest
    {
        public Resource Resource => Target.Resource;
    }

    public Request Parse(Parameters parameters) =>
        new(AccessKeyTarget.Parse(parameters), parameters.RequiredOneOf("Status", AccessKeyStatus.All));

    public async ValueTask<EmptyAnswer> HandleAsync(Request request, Caller caller, CancellationToken stop) =>
        await accessKeys.SetStatusAsync(request.Target.UserAccessKeyId, request.Status, stop)
            ? EmptyAnswer.Instance
            : throw AccessKeyTarget.NotFound();
}
