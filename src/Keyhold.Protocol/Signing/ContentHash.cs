using System.Buffers;
using System.Security.Cryptography;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// The header in which a V3 request carries the hash of its body. Alibaba's clients call it x-acs-content-sha256
/// whatever the hash, but for two that name it after SM3.
/// </summary>
internal static class ContentHash
{
    private const string UsualHeader = "x-acs-content-sha256";

    public static string Header(IRequestHeaders headers, HashFunction hash)
    {
        if (ReferenceEquals(hash, HashFunction.Sha256))
        {
            return UsualHeader;
        }

        var own = "x-acs-content-" + hash.Name.ToLowerInvariant();
        return headers.Get(own).Count > 0 ? own : UsualHeader;
    }

    public static string Value(IRequestHeaders headers, HashFunction hash) =>
        SignatureClaim.Single(headers, Header(headers, hash));

    /// <summary>Only when this holds does the signature, which covers the header, cover the body too.</summary>
    public static void Check(RpcRequest request, HashFunction hash)
    {
        var claimed = Value(request.Headers, hash);
        Span<byte> computed = stackalloc byte[HashFunction.MaxSizeInBytes];
        computed = computed[..hash.SizeInBytes];
        hash.Hash(request.Body.Span, computed);

        Span<byte> decoded = stackalloc byte[HashFunction.MaxSizeInBytes];
        decoded = decoded[..hash.SizeInBytes];
        if (
            claimed.Length != decoded.Length * 2
            || Convert.FromHexString(claimed, decoded, out _, out _) != OperationStatus.Done
            || !CryptographicOperations.FixedTimeEquals(decoded, computed)
        )
        {
            throw new ApiException(
                ErrorCodes.SignatureDoesNotMatch,
                $"Specified signature does not match our calculation. {Header(request.Headers, hash)} is "
                    + $"{Shown.Quoted(claimed)}, but the {request.Body.Length} bytes of body that arrived hash to "
                    + $"\"{Convert.ToHexStringLower(computed)}\" with {hash.Name}. Hash the body exactly as it is sent."
            );
        }
    }
}
