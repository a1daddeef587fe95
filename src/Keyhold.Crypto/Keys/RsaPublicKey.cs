using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// An RSA_2048 public key. The parsed handle is shared by all threads, which RSA permits; it is made at the first use, since
/// making one costs ten times a verification and a key that only signs needs none.
/// </summary>
internal sealed class RsaPublicKey : PublicKey
{
    internal const int Bits = 2048;

    private readonly Lazy<RSA> rsa;

    private RsaPublicKey(RSAParameters parameters)
        : base(KeySpec.Rsa2048, RsaPublicKeyDer.WriteSubjectPublicKeyInfo(parameters)) =>
        rsa = new Lazy<RSA>(() => RSA.Create(parameters));

    internal static RsaPublicKey From(SubjectPublicKeyInfoDer info)
    {
        try
        {
            return From(RsaPublicKeyDer.Read(info.Key));
        }
        catch (AsnContentException)
        {
            throw KeyFormat.NotSubjectPublicKeyInfo();
        }
    }

    /// <summary>Refuses what is not of spec RSA_2048, by name.</summary>
    internal static RsaPublicKey From(RsaPublicKeyDer key)
    {
        if (key.Bits != Bits)
        {
            throw KeyFormat.WrongRsaSize(key.Bits);
        }

        if (!key.HasOddModulus)
        {
            throw KeyFormat.BadRsaModulus();
        }

        return key.HasUsableExponent ? new RsaPublicKey(key.ToParameters()) : throw KeyFormat.BadRsaExponent();
    }

    internal static RsaPublicKey From(RSAParameters parameters) => new(parameters);

    private protected override void DigestMessage(ReadOnlySpan<byte> message, Span<byte> digest) =>
        SHA256.HashData(message, digest);

    private protected override bool VerifyDigest(
        SigningAlgorithm algorithm,
        ReadOnlySpan<byte> digest,
        ReadOnlySpan<byte> signature
    ) => rsa.Value.VerifyHash(digest, signature, HashAlgorithmName.SHA256, RsaPrivateKey.PaddingOf(algorithm));

    private protected override byte[] EncryptPlaintext(EncryptionAlgorithm algorithm, ReadOnlySpan<byte> plaintext) =>
        rsa.Value.Encrypt(plaintext, RsaPrivateKey.PaddingOf(algorithm));
}
