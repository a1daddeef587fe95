using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// Signature V3 (Alibaba's "V3 request structure and signature"). The string to sign is
/// <code>
/// ACS3-HMAC-SHA256 LF hex(hash(METHOD LF / LF query LF headers LF signed header names LF hex(hash(body))))
/// </code>
/// and the key the secret alone. Names and values of the signed headers are taken as they came.
/// </summary>
public static class SignatureV3
{
    internal const string HmacPrefix = "ACS3-HMAC-";
    internal const string RsaSha256 = "ACS3-RSA-SHA256";

    /// <summary>A POST signed with ACS3-HMAC-SHA256; inBody: parameters in a form body instead of the query;
    /// version: another one than the action's own.</summary>
    public static SignedRequest Sign(
        SigningCredential credential,
        string host,
        string action,
        IEnumerable<KeyValuePair<string, string>> parameters,
        DateTimeOffset now,
        string nonce,
        bool inBody,
        string? version = null
    )
    {
        var wire = UnsignedRequest.Ordered(parameters);
        var encoded = UnsignedRequest.Encoded(wire);
        ReadOnlyMemory<byte> body = inBody ? encoded : default;

        // In the order in which they are signed.
        List<KeyValuePair<string, string>> headers =
        [
            new("host", host),
            new("x-acs-action", action),
            new("x-acs-content-sha256", Convert.ToHexStringLower(SHA256.HashData(body.Span))),
            new("x-acs-date", Date(now)),
            new("x-acs-signature-nonce", nonce),
            new("x-acs-version", version ?? ApiVersion.Of(action)),
        ];
        // HTTP clients send no Content-Type without a body, and a signed header must be sent.
        if (!body.IsEmpty)
        {
            headers.Insert(0, new("content-type", UnsignedRequest.FormType));
        }

        var signedHeaders = string.Join(';', headers.ConvertAll(header => header.Key));
        var target = inBody ? "/" : UnsignedRequest.Target(encoded);
        var signature = SignatureOf(target, new RequestHeaders(headers), signedHeaders, credential);
        headers.RemoveAll(header => header.Key is "host");
        headers.Add(
            new(
                "Authorization",
                $"ACS3-HMAC-SHA256 Credential={credential.AccessKeyId},SignedHeaders={signedHeaders},Signature={signature}"
            )
        );
        return new SignedRequest("POST", target, headers, body);
    }

    internal static string Date(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Whether the key made the signature. Several of Alibaba's clients leave names unencoded in the canonical query,
    /// which shows only with unusual names.
    /// </summary>
    internal static bool Fits(RpcRequest request, VerificationKey key, HashFunction hash) =>
        Fits(request, key, hash, plainNames: false)
        || (CanonicalForm.HasPlainNameVariant(request.Wire) && Fits(request, key, hash, plainNames: true));

    /// <summary>The text that the real gateway sends, with our string to sign, of which a hash is all there is.</summary>
    internal static ApiException Mismatch(RpcRequest request, HashFunction hash)
    {
        var output = new PooledBytes(128);
        try
        {
            AppendStringToSign(ref output, request, hash, plainNames: false);
            return new ApiException(
                ErrorCodes.SignatureDoesNotMatch,
                "Specified signature does not match our calculation. server StringToSign is "
                    + $"[{Encoding.UTF8.GetString(output.Written)}]"
            );
        }
        finally
        {
            output.Dispose();
        }
    }

    private static bool Fits(RpcRequest request, VerificationKey key, HashFunction hash, bool plainNames)
    {
        var output = new PooledBytes(128);
        Span<byte> mac = stackalloc byte[HashFunction.MaxSizeInBytes];
        mac = mac[..hash.SizeInBytes];
        try
        {
            AppendStringToSign(ref output, request, hash, plainNames);
            if (key.PublicKey is { } publicKey)
            {
                return VerificationKey.RsaFits(publicKey, output.Written, request.Claim.Signature);
            }

            hash.Mac(key.Secret, output.Written, mac);
            return CryptographicOperations.FixedTimeEquals(mac, request.Claim.Signature);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(mac);
            output.Dispose();
        }
    }

    private static void AppendStringToSign(
        ref PooledBytes output,
        RpcRequest request,
        HashFunction hash,
        bool plainNames
    ) =>
        AppendStringToSign(
            ref output,
            request.Method,
            request.Wire,
            request.Headers,
            request.Claim.Algorithm,
            request.Claim.SignedHeaders ?? throw new UnreachableException("a V3 claim without signed headers"),
            hash,
            plainNames
        );

    private static void AppendStringToSign(
        ref PooledBytes output,
        string method,
        WireParameters parameters,
        IRequestHeaders headers,
        string algorithm,
        SignedHeaders signedHeaders,
        HashFunction hash,
        bool plainNames
    )
    {
        var canonical = new PooledBytes(1024);
        Span<byte> digest = stackalloc byte[HashFunction.MaxSizeInBytes];
        digest = digest[..hash.SizeInBytes];
        try
        {
            CanonicalForm.AppendAscii(ref canonical, method);
            canonical.Append("\n/\n"u8);
            CanonicalForm.AppendV3Query(ref canonical, parameters, plainNames);
            canonical.Append((byte)'\n');
            AppendHeaders(ref canonical, headers, signedHeaders);
            canonical.Append((byte)'\n');
            CanonicalForm.AppendUtf8(ref canonical, signedHeaders.Text);
            canonical.Append((byte)'\n');
            CanonicalForm.AppendUtf8(ref canonical, ContentHash.Value(headers, hash));
            hash.Hash(canonical.Written, digest);
        }
        finally
        {
            canonical.Dispose();
        }

        CanonicalForm.AppendUtf8(ref output, algorithm);
        output.Append((byte)'\n');
        CanonicalForm.AppendLowerHexadecimal(ref output, digest);
    }

    private static string SignatureOf(
        string target,
        RequestHeaders headers,
        string signedHeaders,
        SigningCredential credential
    )
    {
        var query = target.Length > 2 ? target.AsSpan(2) : [];
        var output = new PooledBytes(128);
        try
        {
            AppendStringToSign(
                ref output,
                "POST",
                WireParameters.Read(query, [], BodyKind.Empty),
                headers,
                "ACS3-HMAC-SHA256",
                new SignedHeaders(signedHeaders),
                HashFunction.Sha256,
                plainNames: false
            );
            return Convert.ToHexStringLower(HMACSHA256.HashData(credential.Secret.Span, output.Written));
        }
        finally
        {
            output.Dispose();
        }
    }

    private static void AppendHeaders(ref PooledBytes canonical, IRequestHeaders headers, SignedHeaders signedHeaders)
    {
        foreach (var name in signedHeaders.Names)
        {
            CanonicalForm.AppendUtf8(ref canonical, name);
            canonical.Append((byte)':');
            CanonicalForm.AppendUtf8(ref canonical, Joined(headers.Get(name)));
            canonical.Append((byte)'\n');
        }
    }

    private static string Joined(IReadOnlyList<string> values)
    {
        if (values.Count == 1)
        {
            return values[0].Trim();
        }

        var sorted = new string[values.Count];
        for (var index = 0; index < sorted.Length; index++)
        {
            sorted[index] = values[index].Trim();
        }

        Array.Sort(sorted, StringComparer.Ordinal);
        return string.Join(',', sorted);
    }
}
