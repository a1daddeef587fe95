using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Users;

/// <summary>Shows a user.</summary>
internal sealed class GetUser(Access.Users users) : IOperation<UserRequest, UserAnswer>
{
    public OperationInfo Info { get; } = OperationInfo.OfRam("GetUser", Effect.Reads, "UserName");

    public UserRequest Parse(Parameters parameters) => UserRequest.Parse(parameters);

    public async ValueTask<UserAnswer> HandleAsync(UserRequest request, Caller caller, CancellationToken stop) =>
        new(await users.RequireAsync(request.UserName.Value, stop));
}
