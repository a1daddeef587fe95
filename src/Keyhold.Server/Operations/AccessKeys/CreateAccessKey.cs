using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>Makes an access key for a user, or for the caller. Its secret is in this answer and nowhere else.</summary>
internal sealed class CreateAccessKey(Access.AccessKeys accessKeys, Installation installation)
    : IOperation<AccessKeyOwner, CreateAccessKey.Response>
{
    public OperationInfo Info { get; } = OperationInfo.OfRam("CreateAccessKey", Effect.ChangesState, "UserName");

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

    public AccessKeyOwner Parse(Parameters parameters) => AccessKeyOwner.Parse(parameters);

    public async ValueTask<Response> HandleAsync(AccessKeyOwner request, Caller caller, CancellationToken stop)
    {
        var (row, secret) = await accessKeys.CreateAsync(request.PrincipalOf(caller, installation), stop);
        return new Response(row, secret);
    }
}
