using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Users;

/// <summary>The request of an operation that takes nothing but a user's name.</summary>
internal sealed record UserRequest(UserName UserName) : IOperationRequest
{
    public Resource Resource => UserName.Resource;

    public static UserRequest Parse(Parameters parameters) => new(UserName.Parse(parameters));
}
