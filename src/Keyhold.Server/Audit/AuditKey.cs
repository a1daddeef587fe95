using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Server.Audit;

/// <summary>The key that signs a chain's checkpoints, P-256. Whoever wants to be sure pins its fingerprint elsewhere.</summary>
internal sealed class AuditKey(PrivateKey key) : IDisposable
{
    private const string Prefix = "sha256:";

    public PublicKey PublicKey => key.PublicKey;

    public string Fingerprint { get; } = FingerprintOf(key.PublicKey.SubjectPublicKeyInfo.Span);

    public byte[] Sign(ReadOnlySpan<byte> message) => key.Sign(SigningAlgorithm.EcdsaSha256, MessageType.Raw, message);

    /// <summary>sha256: and the hash of the SubjectPublicKeyInfo in lower-case hex.</summary>
    public static string FingerprintOf(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        Prefix + Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo));

    /// <summary>A fingerprint as people type it, with or without its prefix, in any case; null when it is none.</summary>
    public static string? ParseFingerprint(string text)
    {
        var hex = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..] : text;
        return hex.Length == 2 * SHA256.HashSizeInBytes && hex.All(char.IsAsciiHexDigit)
            ? Prefix + hex.ToLowerInvariant()
            : null;
    }

    public void Dispose() => key.Dispose();
}
