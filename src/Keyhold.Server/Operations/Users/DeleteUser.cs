using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Users;

/// <summary>Deletes a user that has neither access keys nor policies.</summary>
internal sealed class DeleteUser(Access.Users users) : IOperation<UserRequest, EmptyAnswer>
{
    public OperationInfo Info { get; } = OperationInfo.OfRam("DeleteUser", Effect.ChangesState, "UserName");

    public UserRequest Parse(Parameters parameters) => UserRequest.Parse(parameters);

    public async ValueTask<EmptyAnswer> HandleAsync(UserRequest request, Caller caller, CancellationToken stop)
    {
        await users.DeleteAsync(request.UserName.Value, stop);
        return EmptyAnswer.Instance;
    }
}
