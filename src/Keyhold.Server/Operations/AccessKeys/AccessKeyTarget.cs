using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>The access key that a request is about. RAM's parameter name differs from the one that signs: UserAccessKeyId.</summary>
internal sealed record AccessKeyTarget(string UserAccessKeyId) : IOperationRequest
{
    public const string Parameter = "UserAccessKeyId";

    public Resource Resource => Resource.AccessKey(UserAccessKeyId);

    public static AccessKeyTarget Parse(Parameters parameters) => new(parameters.Required(Parameter));

    /// <summary>The refusal for an access key that is not there; the one that signs has another error.</summary>
    public static ApiException NotFound() => new(ErrorCodes.EntityNotExistAccessKey);
}
