using System.Security.Cryptography;
using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// An EC_P256 public key. The parsed handle is shared by all threads, which ECDsa permits; for a private key it is made at
/// the first use, since making one costs more than a verification and a key that only signs needs none.
/// </summary>
internal sealed class EcP256PublicKey : PublicKey
{
    private readonly Lazy<ECDsa> ecdsa;

    private EcP256PublicKey(Lazy<ECDsa> ecdsa, ReadOnlySpan<byte> point)
        : base(
            KeySpec.EcP256,
            SubjectPublicKeyInfoDer.Write(ObjectIdentifiers.EcPublicKey, ObjectIdentifiers.P256, point)
        ) => this.ecdsa = ecdsa;

    internal static EcP256PublicKey From(ReadOnlySpan<byte> point) => new(new Lazy<ECDsa>(Import(point)), point);

    /// <summary>Of a point that was computed here and is on the curve.</summary>
    internal static EcP256PublicKey OfPrivateKey(byte[] point) => new(new Lazy<ECDsa>(() => Import(point)), point);

    private static ECDsa Import(ReadOnlySpan<byte> point) =>
        Ecdsa.TryImport(ObjectIdentifiers.P256, point, out ECDsa? imported) ? imported : throw KeyFormat.BadPoint();

    private protected override void DigestMessage(ReadOnlySpan<byte> message, Span<byte> digest) =>
        SHA256.HashData(message, digest);

    private protected override bool VerifyDigest(
        SigningAlgorithm algorithm,
        ReadOnlySpan<byte> digest,
        ReadOnlySpan<byte> signature
    ) => Ecdsa.VerifyDigest(ecdsa.Value, digest, signature);

    private protected override byte[] EncryptPlaintext(EncryptionAlgorithm algorithm, ReadOnlySpan<byte> plaintext) =>
        throw new NotSupportedException("No encryption algorithm works with a key of spec EC_P256.");
}
