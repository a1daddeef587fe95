using Keyhold.Crypto.Algorithms;
using Org.BouncyCastle.Crypto.Parameters;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// An EC_SM2 public key with the hash of its user (Z of GB/T 32918.2 section 5.5) and its point tables kept ready.
/// </summary>
internal sealed class Sm2PublicKey : PublicKey
{
    private readonly ECPublicKeyParameters key;
    private readonly byte[] userHash;
    private readonly Sm2SignerPool verifiers;

    private Sm2PublicKey(ECPublicKeyParameters key, byte[] point)
        : base(
            KeySpec.EcSm2,
            SubjectPublicKeyInfoDer.Write(ObjectIdentifiers.EcPublicKey, ObjectIdentifiers.Sm2Curve, point)
        )
    {
        this.key = key;
        userHash = Sm2UserHash.Of(point);
        verifiers = new Sm2SignerPool(forSigning: false, key);
    }

    internal static Sm2PublicKey From(ReadOnlySpan<byte> point)
    {
        if (!Sm2Curve.TryReadPoint(point, out var decoded))
        {
            throw KeyFormat.BadPoint();
        }

        return new Sm2PublicKey(new ECPublicKeyParameters(decoded, Sm2Curve.Domain), point.ToArray());
    }

    private protected override void DigestMessage(ReadOnlySpan<byte> message, Span<byte> digest) =>
        Sm2UserHash.DigestMessage(userHash, message, digest);

    private protected override bool VerifyDigest(
        SigningAlgorithm algorithm,
        ReadOnlySpan<byte> digest,
        ReadOnlySpan<byte> signature
    ) => verifiers.Verify(digest, signature);

    private protected override byte[] EncryptPlaintext(EncryptionAlgorithm algorithm, ReadOnlySpan<byte> plaintext) =>
        Sm2Encryption.Encrypt(key, plaintext);
}
