using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>Lists the access keys of a user, or of the caller, without their secrets.</summary>
internal sealed class ListAccessKeys(Access.AccessKeys accessKeys, Access.Users users, Installation installation)
    : IOperation<AccessKeyOwner, ListAccessKeys.Response>
{
    public OperationInfo Info { get; } = OperationInfo.OfRam("ListAccessKeys", Effect.Reads, "UserName");

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

    public AccessKeyOwner Parse(Parameters parameters) => AccessKeyOwner.Parse(parameters);

    public async ValueTask<Response> HandleAsync(AccessKeyOwner request, Caller caller, CancellationToken stop)
    {
        if (request.UserName is { } name)
        {
            await users.RequireAsync(name.Value, stop);
        }

        return new Response(await accessKeys.ListAsync(request.PrincipalOf(caller, installation), stop));
    }
}
