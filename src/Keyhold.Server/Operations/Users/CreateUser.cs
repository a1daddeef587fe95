using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Users;

/// <summary>Makes a user, which has no access key and may do nothing yet.</summary>
internal sealed class CreateUser(Access.Users users) : IOperation<CreateUser.Request, UserAnswer>
{
    private const int MaximumText = 128;

    public OperationInfo Info { get; } =
        OperationInfo.OfRam("CreateUser", Effect.ChangesState, "UserName", "DisplayName", "Comments");

    internal sealed record Request(UserName UserName, string DisplayName, string Comments) : IOperationRequest
    {
        public Resource Resource => UserName.Resource;
    }

    public Request Parse(Parameters parameters) =>
        new(
            UserName.Parse(parameters),
            parameters.ShortText("DisplayName", MaximumText),
            parameters.ShortText("Comments", MaximumText)
        );

    public async ValueTask<UserAnswer> HandleAsync(Request request, Caller caller, CancellationToken stop) =>
        new(await users.CreateAsync(request.UserName.Value, request.DisplayName, request.Comments, stop));
}
