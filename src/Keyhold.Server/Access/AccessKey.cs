using System.Security.Cryptography;
using Keyhold.Protocol;

namespace Keyhold.Server.Access;

/// <summary>An access key ready to check signatures with. The secret is the cache's; it must not be kept.</summary>
internal sealed class AccessKey(Principal principal, byte[] secret, bool enabled)
{
    public Principal Principal => principal;

    public ReadOnlyMemory<byte> Secret => secret;

    /// <summary>Overwrites the secret; a request that still uses it fails as for any deleted key.</summary>
    public void Clear() => CryptographicOperations.ZeroMemory(secret);

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
