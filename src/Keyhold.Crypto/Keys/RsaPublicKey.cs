using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Keys;

/// <summary>An RSA_2048 public key. The parsed handle is shared by all threads, which RSA permits.</summary>
internal sealed class RsaPublicKey : PublicKey
{
    internal const int Bits = 2048;

    private readonly RSA rsa;

    private RsaPublicKey(RSA rsa)
        : base(KeySpec.Rsa2048, rsa.ExportSubjectPublicKeyInfo()) => this.rsa = rsa;

    internal static RsaPublicKey From(SubjectPublicKeyInfoDer info)
    {
        try
        {
            RsaPublicKeyDer key = RsaPublicKeyDer.Read(info.Key);
            if (key.Bits != Bits)
            {
                throw KeyFormat.WrongRsaSize(key.Bits);
            }

            if (!key.HasUsableExponent)
            {
                throw KeyFormat.BadRsaExponent();
            }

            return From(key.ToParameters());
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            throw KeyFormat.NotSubjectPublicKeyInfo();
        }
    }

    internal static RsaPublicKey From(RSAParameters parameters) => new(RSA.Create(parameters));

    private protected override void DigestMessage(ReadOnlySpan<byte> message, Span<byte> digest) =>
        SHA256.HashData(message, digest);

    private protected override bool VerifyDigest(
        SigningAlgorithm algorithm,
        ReadOnlySpan<byte> digest,
        ReadOnlySpan<byte> signature
    ) => rsa.VerifyHash(digest, signature, HashAlgorithmName.SHA256, RsaPrivateKey.PaddingOf(algorithm));

    private protected override byte[] EncryptPlaintext(EncryptionAlgorithm algorithm, ReadOnlySpan<byte> plaintext) =>
        rsa.Encrypt(plaintext, RsaPrivateKey.PaddingOf(algorithm));
}
