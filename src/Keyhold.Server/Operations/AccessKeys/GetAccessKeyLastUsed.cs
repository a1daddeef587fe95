using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>When an access key was used last, for what and from where.</summary>
internal sealed class GetAccessKeyLastUsed(Access.AccessKeys accessKeys, AccessKeyUses uses, Installation installation)
    : IOperation<AccessKeyTarget, GetAccessKeyLastUsed.Response>
{
    public OperationInfo Info { get; } =
        OperationInfo.OfRam("GetAccessKeyLastUsed", Effect.Reads, "UserName", "UserAccessKeyId");

    internal sealed record Response(AccessKeyUseRow? Use) : IAnswer
    {
        /// <summary>RAM's field first; action and source are Keyhold's. All are left out of a key that was never used.</summary>
        public void WriteTo(AnswerWriter answer) =>
            answer.Object(
                "AccessKeyLastUsed",
                used =>
                {
                    used.Text("LastUsedDate", Use is { } use ? UtcText.Of(use.UsedAt) : null);
                    used.Text("LastUsedAction", Use?.Action);
                    used.Text("LastUsedSource", Use?.Source);
                }
            );
    }

    public AccessKeyTarget Parse(Parameters parameters) => AccessKeyTarget.Parse(parameters);

    public async ValueTask<Response> HandleAsync(AccessKeyTarget request, Caller caller, CancellationToken stop)
    {
        var key = await request.RequireAsync(accessKeys, caller, installation, stop);
        return new Response(await uses.FindAsync(key.AccessKeyId, stop));
    }
}
