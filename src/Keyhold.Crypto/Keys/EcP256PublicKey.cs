using System.Security.Cryptography;
using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Keys;

/// <summary>An EC_P256 public key. The parsed handle is shared by all threads, which ECDsa permits.</summary>
internal sealed class EcP256PublicKey : PublicKey
{
    private readonly ECDsa ecdsa;

    private EcP256PublicKey(ECDsa ecdsa, ReadOnlySpan<byte> point)
        : base(
            KeySpec.EcP256,
            SubjectPublicKeyInfoDer.Write(ObjectIdentifiers.EcPublicKey, ObjectIdentifiers.P256, point)
        ) => this.ecdsa = ecdsa;

    internal static EcP256PublicKey From(ReadOnlySpan<byte> point)
    {
        if (!Ecdsa.TryImport(ObjectIdentifiers.P256, point, out ECDsa? ecdsa))
        {
            throw KeyFormat.BadPoint();
        }

        return new EcP256PublicKey(ecdsa, point);
    }

    private protected override void DigestMessage(ReadOnlySpan<byte> message, Span<byte> digest) =>
        SHA256.HashData(message, digest);

    private protected override bool VerifyDigest(
        SigningAlgorithm algorithm,
        ReadOnlySpan<byte> digest,
        ReadOnlySpan<byte> signature
    ) => Ecdsa.VerifyDigest(ecdsa, digest, signature);

    private protected override byte[] EncryptPlaintext(EncryptionAlgorithm algorithm, ReadOnlySpan<byte> plaintext) =>
        throw new NotSupportedException("No encryption algorithm works with a key of spec EC_P256.");
}
