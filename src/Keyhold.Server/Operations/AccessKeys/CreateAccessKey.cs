using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>Makes a further access key for the caller. Its secret is in this answer and nowhere else.</summary>
internal sealed class CreateAccessKey(Access.AccessKeys accessKeys)
    : IOperation<CreateAccessKey.Request, CreateAccessKey.Response>
{
    public OperationInfo Info { get; } = new("CreateAccessKey", Effect.ChangesState);

    internal sealed record Request : IOperationRequest
    {
        public Resource Resource => Resource.AllAccessKeys;
    }

    internal sealed record Response(AccessKeyRow Row, string Secret) : IAnswer, INewResource
    {
        public Resource Made => Resource.AccessKey(Row.AccessKeyId);

        public void WriteTo(AnswerWriter answer) =>
            answer.Object(
                "AccessKey",
                key =>
                {
                    key.Text("AccessKeyId", Row.AccessKeyId);
                    key.Text("AccessKeySecret", Secret);
                    key.Text("Status", Row.Status);
                    key.Text("CreateDate", UtcText.Of(Row.CreatedAt));
                }
            );

        /// <summary>The secret stays out of whatever prints records.</summary>
        public override string ToString() => $"CreateAccessKey.Response {{ AccessKeyId = {Row.AccessKeyId} }}";
    }

    public Request Parse(Parameters parameters) => new();

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var (row, secret) = await accessKeys.CreateAsync(caller.Principal.Owner, stop);
        return new Response(row, secret);
    }
}
