using Keyhold.Protocol;

namespace Keyhold.Server.Access;

/// <summary>An access key ready to check signatures with. The secret is the cache's; it must not be kept.</summary>
internal sealed class AccessKey(Principal principal, ReadOnlyMemory<byte> secret, bool enabled)
{
    public Principal Principal => principal;

    public ReadOnlyMemory<byte> Secret => secret;

    public void RequireEnabled()
    {
        if (!enabled)
        {
            throw new ApiException(
                ErrorCodes.ForbiddenAccessKey,
                $"{ErrorCodes.ForbiddenAccessKey.Text} Enable {principal.AccessKeyId} again, or use another access key."
            );
        }
    }
}
