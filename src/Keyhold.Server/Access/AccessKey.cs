using System.Security.Cryptography;
using Keyhold.Protocol;

namespace Keyhold.Server.Access;

/// <summary>An access key ready to check signatures with. The secret is the cache's; it must not be kept.</summary>
internal sealed class AccessKey(Principal principal, byte[] secret, bool enabled)
{
    private volatile bool usable = enabled;

    public Principal Principal => principal;

    public ReadOnlyMemory<byte> Secret => secret;

    /// <summary>
    /// Overwrites the secret. Disabled first: a request that checks its signature against the zeros at this very moment,
    /// which anybody could sign with, must find the key disabled afterwards.
    /// </summary>
    public void Clear()
    {
        usable = false;
        CryptographicOperations.ZeroMemory(secret);
    }

    public void RequireEnabled()
    {
        if (!usable)
        {
            throw new ApiException(
                ErrorCodes.ForbiddenAccessKey,
                $"{ErrorCodes.ForbiddenAccessKey.Text} Enable {principal.AccessKeyId} again, or use another access key."
            );
        }
    }
}
