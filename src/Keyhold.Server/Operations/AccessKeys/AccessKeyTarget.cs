using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Operations.AccessKeys;

/// <summary>
/// The access key that a request is about, which must be one of its owner's. RAM's parameter name differs from the one
/// that signs: UserAccessKeyId.
/// </summary>
internal sealed record AccessKeyTarget(AccessKeyOwner Owner, string UserAccessKeyId) : IOperationRequest
{
    private const int LongestShown = 128;
    public const string Parameter = "UserAccessKeyId";

    public Resource Resource => Owner.Resource;

    public static AccessKeyTarget Parse(Parameters parameters) =>
        new(AccessKeyOwner.Parse(parameters), parameters.Required(Parameter));

    /// <summary>The key's row, or EntityNotExist.User.AccessKey: also for a key that is somebody else's.</summary>
    public async ValueTask<AccessKeyRow> RequireAsync(
        Access.AccessKeys accessKeys,
        Caller caller,
        Installation installation,
        CancellationToken stop
    ) =>
        await accessKeys.FindOfAsync(Owner.PrincipalOf(caller, installation), UserAccessKeyId, stop)
        ?? throw NotFound(caller, installation);

    public ApiException NotFound(Caller caller, Installation installation)
    {
        var owner = Owner.PrincipalOf(caller, installation);
        return new ApiException(
            ErrorCodes.EntityNotExistAccessKey,
            $"{ErrorCodes.EntityNotExistAccessKey.Text} {owner} has no access key {Shown}. A key of another user is named together with its UserName."
        );
    }

    /// <summary>What is no access key id is not repeated: it may be anything.</summary>
    private string Shown =>
        UserAccessKeyId.Length <= LongestShown && UserAccessKeyId.All(char.IsAsciiLetterOrDigit)
            ? UserAccessKeyId
            : "of this id";
}
