using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// Decides whether a request was signed by the holder of a secret, now, and not before. Three steps, always in this
/// order: form (no secret needed), signature, replay. Only a verified request's nonce is remembered, else anybody
/// could use up another's nonces.
/// </summary>
public sealed class SignatureVerifier(
    TimeProvider time,
    ReplayWindow replay,
    IReadOnlyList<HashFunction> additionalHashes
)
{
    private static ReadOnlySpan<byte> NonceMark => "n"u8;
    private static ReadOnlySpan<byte> SignatureMark => "s"u8;

    /// <summary>Method known, required headers signed, timestamp within 15 minutes, before any secret is touched.</summary>
    public void CheckForm(RpcRequest request)
    {
        if (request.Scheme == SignatureScheme.V1)
        {
            CheckV1Form(request);
        }
        else
        {
            CheckV3Form(request);
        }

        CheckClock(request.Claim.Timestamp);
        request.Verified = VerificationStep.Form;
    }

    /// <summary>Secret: the UTF-8 bytes of the access key's secret, which are not kept.</summary>
    public void CheckSignature(RpcRequest request, ReadOnlySpan<byte> secret)
    {
        if (IsRsa(request))
        {
            throw ApiException.Explained(
                ErrorCodes.InvalidSignatureMethod,
                $"Found {request.Claim.Algorithm}, but this access key has a secret, not a key pair",
                "Sign with HMAC-SHA1 or HMAC-SHA256 (V1), or ACS3-HMAC-SHA256 (V3)."
            );
        }

        CheckSignature(request, new VerificationKey(secret));
    }

    /// <summary>For clients that sign with an RSA key pair (SHA256withRSA, ACS3-RSA-SHA256).</summary>
    public void CheckSignature(RpcRequest request, RSA publicKey)
    {
        if (!IsRsa(request))
        {
            throw ApiException.Explained(
                ErrorCodes.InvalidSignatureMethod,
                $"Found {request.Claim.Algorithm}, but this access key has a key pair, not a secret",
                "Sign with SHA256withRSA (V1) or ACS3-RSA-SHA256 (V3)."
            );
        }

        CheckSignature(request, new VerificationKey(publicKey));
    }

    /// <summary>
    /// Refuses a nonce that was used already. A V1 request may come without one: if it changes state, its signature
    /// counts as the nonce, so that a captured one cannot be played again.
    /// </summary>
    public void CheckReplay(RpcRequest request, bool changesState)
    {
        Expect(request, VerificationStep.Signature);
        var claim = request.Claim;
        if (claim.Nonce.Length > 0)
        {
            Remember(claim, NonceMark, Encoding.UTF8.GetBytes(claim.Nonce));
        }
        else if (changesState)
        {
            Remember(claim, SignatureMark, claim.Signature);
        }

        request.Verified = VerificationStep.Replay;
    }

    /// <summary>
    /// What stands for the request where several nodes remember what they accepted: SHA-256 of its access key and nonce, or
    /// of what counts as its nonce, and until when it must be remembered. Null when it may be repeated. The time has room
    /// for nodes whose clocks differ.
    /// </summary>
    public static (byte[] Fingerprint, DateTimeOffset Until)? FingerprintOf(RpcRequest request, bool changesState)
    {
        ArgumentNullException.ThrowIfNull(request);
        Expect(request, VerificationStep.Replay);
        var claim = request.Claim;
        var hasNonce = claim.Nonce.Length > 0;
        if (!hasNonce && !changesState)
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(claim.AccessKeyId));
        hash.AppendData("\0"u8);
        hash.AppendData(hasNonce ? NonceMark : SignatureMark);
        hash.AppendData(hasNonce ? Encoding.UTF8.GetBytes(claim.Nonce) : claim.Signature);
        return (hash.GetHashAndReset(), claim.Timestamp + SignedTimestamp.Tolerance + SignedTimestamp.Tolerance);
    }

    /// <summary>The refusal of a request that was accepted before.</summary>
    public static ApiException Repeated(RpcRequest request) =>
        ApiException.Explained(
            ErrorCodes.SignatureNonceUsed,
            $"Access key {Shown.Text(request.Claim.AccessKeyId)} sent it within the last 15 minutes",
            "Sign each request anew, retries too, with a new random nonce."
        );

    private void CheckSignature(RpcRequest request, VerificationKey key)
    {
        Expect(request, VerificationStep.Form);
        if (request.Scheme == SignatureScheme.V1)
        {
            if (!SignatureV1.Fits(request, key))
            {
                throw SignatureV1.Mismatch(request);
            }
        }
        else
        {
            var hash = HashOf(request.Claim.Algorithm) ?? throw new UnreachableException();
            if (!SignatureV3.Fits(request, key, hash))
            {
                throw SignatureV3.Mismatch(request, hash);
            }

            ContentHash.Check(request, hash);
        }

        request.Verified = VerificationStep.Signature;
    }

    private static bool IsRsa(RpcRequest request) =>
        request.Claim.Algorithm is SignatureV1.RsaSha256 or SignatureV3.RsaSha256;

    private static void Expect(RpcRequest request, VerificationStep step)
    {
        if (request.Verified != step)
        {
            throw new InvalidOperationException(
                $"Verification is at step {request.Verified}, expected {step}: check form, signature, replay in order."
            );
        }
    }

    private static void CheckV1Form(RpcRequest request)
    {
        var method = request.Claim.Algorithm;
        if (!SignatureV1.IsKnown(method))
        {
            throw ApiException.Explained(
                ErrorCodes.InvalidSignatureMethod,
                $"Found SignatureMethod {Shown.Quoted(method)}",
                "Use HMAC-SHA1 or HMAC-SHA256."
            );
        }

        var type = request.Wire.Text(CommonParameters.SignatureType);
        if (type is not "" && !(type is "PRIVATEKEY" && method is SignatureV1.RsaSha256))
        {
            throw ApiException.Explained(
                ErrorCodes.InvalidSignatureMethod,
                $"Found SignatureType {Shown.Quoted(type)} with SignatureMethod {method}",
                "Leave SignatureType empty or out."
            );
        }
    }

    private void CheckV3Form(RpcRequest request)
    {
        var algorithm = request.Claim.Algorithm;
        var hash =
            HashOf(algorithm)
            ?? throw ApiException.Explained(
                ErrorCodes.InvalidSignatureMethod,
                $"Found {Shown.Quoted(algorithm)} in the Authorization header",
                "Use ACS3-HMAC-SHA256."
            );
        request.Claim.SignedHeaders?.Check(request.Headers);
        if (ContentHash.Value(request.Headers, hash).Length == 0)
        {
            throw ApiException.Explained(
                ErrorCodes.IncompleteSignature,
                "Found no header x-acs-content-sha256",
                "Send the hash of the body in it, in hexadecimal, also for an empty body, and sign it."
            );
        }
    }

    private HashFunction? HashOf(string algorithm)
    {
        if (algorithm is "ACS3-HMAC-SHA256" or SignatureV3.RsaSha256)
        {
            return HashFunction.Sha256;
        }

        foreach (var hash in additionalHashes)
        {
            if (
                algorithm.StartsWith(SignatureV3.HmacPrefix, StringComparison.Ordinal)
                && algorithm.AsSpan(SignatureV3.HmacPrefix.Length).SequenceEqual(hash.Name)
            )
            {
                return hash;
            }
        }

        return null;
    }

    private void CheckClock(DateTimeOffset signedAt)
    {
        var now = time.GetUtcNow();
        if ((now - signedAt).Duration() > SignedTimestamp.Tolerance)
        {
            throw Expired(signedAt, now);
        }
    }

    private static ApiException Expired(DateTimeOffset signedAt, DateTimeOffset now) =>
        ApiException.Explained(
            ErrorCodes.InvalidTimeStampExpired,
            $"Found {SignatureV3.Date(signedAt)}, the server's clock says {SignatureV3.Date(now)}; at most "
                + $"{SignedTimestamp.Tolerance.TotalMinutes:0} minutes between them are accepted",
            "Set the client's clock, and sign each request anew."
        );

    private void Remember(SignatureClaim claim, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> nonce)
    {
        // The kind keeps a nonce chosen to look like a signature from being taken for one.
        Span<byte> marked = nonce.Length < 256 ? stackalloc byte[nonce.Length + 1] : new byte[nonce.Length + 1];
        kind.CopyTo(marked);
        nonce.CopyTo(marked[1..]);
        switch (replay.Remember(claim.AccessKeyId, marked, claim.Timestamp))
        {
            case ReplayVerdict.Seen:
                throw ApiException.Explained(
                    ErrorCodes.SignatureNonceUsed,
                    $"Access key {Shown.Text(claim.AccessKeyId)} sent it within the last 15 minutes",
                    "Sign each request anew, retries too, with a new random nonce."
                );
            case ReplayVerdict.Full:
                throw ApiException.Explained(
                    ErrorCodes.RejectedThrottling,
                    "The memory for this access key's nonces, or for all, is full",
                    "Wait some minutes; send fewer requests, or raise the limit of remembered nonces."
                );
            case ReplayVerdict.Expired:
                throw Expired(claim.Timestamp, time.GetUtcNow());
            case ReplayVerdict.Forgotten:
                throw ApiException.Explained(
                    ErrorCodes.InvalidTimeStampExpired,
                    $"The server's clock was set back, to {SignatureV3.Date(time.GetUtcNow())}, and it does not remember any more "
                        + "which requests of that time it has accepted",
                    "Set the server's clock. If it is right now, wait until it is later than it was before, or restart the server."
                );
            default:
                return;
        }
    }
}
