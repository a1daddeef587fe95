using System.Security.Cryptography;
using System.Text;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// Signature V1, Alibaba's RPC signature: HMAC with the secret and "&amp;" as key over the doubly encoded parameters
/// of query and form body together. Headers, Host among them, are not covered.
/// </summary>
public static class SignatureV1
{
    internal const int MaxEchoedCharacters = 256 * 1024;

    internal const string HmacSha1 = "HMAC-SHA1";
    internal const string HmacSha256 = "HMAC-SHA256";
    internal const string RsaSha256 = "SHA256withRSA";

    /// <summary>Method: GET or POST; signatureMethod: HMAC-SHA1 or HMAC-SHA256; inBody: a form instead of the query.</summary>
    public static SignedRequest Sign(
        SigningCredential credential,
        string host,
        string action,
        IEnumerable<KeyValuePair<string, string>> parameters,
        DateTimeOffset now,
        string nonce,
        bool inBody,
        string method,
        string signatureMethod
    )
    {
        // V1 does not sign the host; it is here so that both versions are called alike.
        ArgumentNullException.ThrowIfNull(host);
        if (signatureMethod is not (HmacSha1 or HmacSha256))
        {
            throw new ArgumentException(
                $"Found {signatureMethod}, expected {HmacSha1} or {HmacSha256}.",
                nameof(signatureMethod)
            );
        }

        List<KeyValuePair<string, string>> all =
        [
            .. parameters,
            new("Action", action),
            new("Version", ApiVersion.Of(action)),
            new("Format", "JSON"),
            new("AccessKeyId", credential.AccessKeyId),
            new("SignatureMethod", signatureMethod),
            new("SignatureVersion", "1.0"),
            new("SignatureNonce", nonce),
            new("Timestamp", SignatureV3.Date(now)),
        ];
        all.Add(new("Signature", SignatureOf(method, UnsignedRequest.Ordered(all), signatureMethod, credential)));

        var encoded = UnsignedRequest.Encoded(UnsignedRequest.Ordered(all));
        return inBody
            ? new SignedRequest(method, "/", [new("Content-Type", UnsignedRequest.FormType)], encoded)
            : new SignedRequest(method, UnsignedRequest.Target(encoded), [], default);
    }

    internal static bool IsKnown(string signatureMethod) => signatureMethod is HmacSha1 or HmacSha256 or RsaSha256;

    /// <summary>Whether the key made the signature, over all parameters or over those with a value.</summary>
    internal static bool Fits(RpcRequest request, VerificationKey key) =>
        Fits(request, key, withoutEmptyValues: false)
        || (CanonicalForm.HasEmptyValues(request.Wire) && Fits(request, key, withoutEmptyValues: true));

    /// <summary>
    /// The documented text with our string to sign behind the colon. Alibaba's older clients split at the colon and
    /// compare, to tell a wrong secret from a wrong string, so it is echoed whole but for private keys, up to a length
    /// at which a refusal would cost more than a request.
    /// </summary>
    internal static ApiException Mismatch(RpcRequest request)
    {
        var output = new PooledBytes(1024);
        try
        {
            CanonicalForm.AppendV1(ref output, request.Method, request.Wire, withoutEmptyValues: false);
            var stringToSign = PrivateKeyLeak.Redact(Encoding.ASCII.GetString(output.Written));
            if (stringToSign.Length > MaxEchoedCharacters)
            {
                stringToSign = string.Concat(stringToSign.AsSpan(0, MaxEchoedCharacters), "... (cut)");
            }

            return new ApiException(
                ErrorCodes.SignatureDoesNotMatch,
                $"{ErrorCodes.SignatureDoesNotMatch.Text} server string to sign is:{stringToSign}"
            );
        }
        finally
        {
            output.Dispose();
        }
    }

    private static bool Fits(RpcRequest request, VerificationKey key, bool withoutEmptyValues)
    {
        var output = new PooledBytes(1024);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        try
        {
            CanonicalForm.AppendV1(ref output, request.Method, request.Wire, withoutEmptyValues);
            if (key.PublicKey is { } publicKey)
            {
                return VerificationKey.RsaFits(publicKey, output.Written, request.Claim.Signature);
            }

            var length = Mac(request.Claim.Algorithm, key.Secret, output.Written, mac);
            return CryptographicOperations.FixedTimeEquals(mac[..length], request.Claim.Signature);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(mac);
            output.Dispose();
        }
    }

    private static string SignatureOf(
        string method,
        WireParameters parameters,
        string signatureMethod,
        SigningCredential credential
    )
    {
        var output = new PooledBytes(1024);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        try
        {
            CanonicalForm.AppendV1(ref output, method, parameters, withoutEmptyValues: false);
            return Convert.ToBase64String(mac[..Mac(signatureMethod, credential.Secret.Span, output.Written, mac)]);
        }
        finally
        {
            output.Dispose();
        }
    }

    // The key is the secret with "&" behind it, where other signatures of the time had a token's secret.
    private static int Mac(
        string signatureMethod,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> stringToSign,
        Span<byte> destination
    )
    {
        Span<byte> key = secret.Length < 256 ? stackalloc byte[secret.Length + 1] : new byte[secret.Length + 1];
        try
        {
            secret.CopyTo(key);
            key[^1] = (byte)'&';
            return signatureMethod is HmacSha256
                ? HMACSHA256.HashData(key, stringToSign, destination)
                : HMACSHA1.HashData(key, stringToSign, destination);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
