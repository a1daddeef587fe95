using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Operations.Policies;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Users;

/// <summary>A user and a policy. As in RAM, the caller needs the right to both: else whoever may attach could make anybody anything.</summary>
internal sealed record AttachmentRequest(UserName UserName, PolicyTarget Policy) : IOperationRequest
{
    public Resource Resource => UserName.Resource;

    public Resource? OtherResource => Policy.Resource;

    public static AttachmentRequest Parse(Parameters parameters) =>
        new(UserName.Parse(parameters), PolicyTarget.Parse(parameters));
}
