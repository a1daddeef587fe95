using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Users;

/// <summary>Gives a user a policy; it counts from the next request on.</summary>
internal sealed class AttachPolicyToUser(Access.Users users) : IOperation<AttachmentRequest, EmptyAnswer>
{
    public OperationInfo Info { get; } =
        OperationInfo.OfRam("AttachPolicyToUser", Effect.ChangesState, "UserName", "PolicyType", "PolicyName");

    public AttachmentRequest Parse(Parameters parameters) => AttachmentRequest.Parse(parameters);

    public async ValueTask<EmptyAnswer> HandleAsync(AttachmentRequest request, Caller caller, CancellationToken stop)
    {
        await users.AttachAsync(request.UserName.Value, request.Policy.Type, request.Policy.Name.Value, stop);
        return EmptyAnswer.Instance;
    }
}
