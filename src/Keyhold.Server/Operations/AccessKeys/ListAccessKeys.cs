using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>Lists the access keys without their secrets.</summary>
internal sealed class ListAccessKeys(Access.AccessKeys accessKeys)
    : IOperation<ListAccessKeys.Request, ListAccessKeys.Response>
{
    public OperationInfo Info { get; } = new("ListAccessKeys", Effect.Reads);

    internal sealed record Request : IOperationRequest
    {
        public Resource Resource => Resource.AllAccessKeys;
    }

    internal sealed record Response(IReadOnlyList<AccessKeyRow> Rows) : IAnswer
    {
        public void WriteTo(AnswerWriter answer) =>
            answer.Objects(
                "AccessKeys",
                "AccessKey",
                Rows,
                static (key, row) =>
                {
                    key.Text("AccessKeyId", row.AccessKeyId);
                    key.Text("Status", row.Status);
                    key.Text("CreateDate", UtcText.Of(row.CreatedAt));
                }
            );
    }

    public Request Parse(Parameters parameters) => new();

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop) =>
        new(await accessKeys.ListAsync(stop));
}
