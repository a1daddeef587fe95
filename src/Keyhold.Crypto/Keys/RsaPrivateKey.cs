using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Keys;

/// <summary>An RSA_2048 private key. The parsed handle is shared by all threads, which RSA permits.</summary>
internal sealed class RsaPrivateKey : PrivateKey
{
    private readonly RSA rsa;

    private RsaPrivateKey(RSA rsa, RsaPublicKey publicKey)
        : base(publicKey) => this.rsa = rsa;

    internal static RsaPrivateKey Generate()
    {
        RSA generated = RSA.Create(RsaPublicKey.Bits);
        RSAParameters publicPart = generated.ExportParameters(includePrivateParameters: false);
        return new RsaPrivateKey(generated, RsaPublicKey.From(publicPart));
    }

    internal static RsaPrivateKey From(Pkcs8 info)
    {
        RsaPublicKey publicKey = ReadPublicPart(info.Key);
        RSA imported = RSA.Create();
        try
        {
            // The import compares all eight numbers with each other and refuses what does not fit.
            imported.ImportRSAPrivateKey(info.Key, out _);
            return new RsaPrivateKey(imported, publicKey);
        }
        catch (CryptographicException)
        {
            imported.Dispose();
            throw KeyFormat.Inconsistent();
        }
    }

    public override byte[] ExportPkcs8() => rsa.ExportPkcs8PrivateKey();

    internal static RSASignaturePadding PaddingOf(SigningAlgorithm algorithm) =>
        algorithm == SigningAlgorithm.RsaPssSha256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

    internal static RSAEncryptionPadding PaddingOf(EncryptionAlgorithm algorithm) =>
        algorithm == EncryptionAlgorithm.RsaesOaepSha1
            ? RSAEncryptionPadding.OaepSHA1
            : RSAEncryptionPadding.OaepSHA256;

    /// <summary>Its first numbers, so that size and exponent are refused by name (RFC 8017 appendix A.1.2).</summary>
    private static RsaPublicKey ReadPublicPart(ReadOnlySpan<byte> der)
    {
        try
        {
            var outer = new DerReader(der);
            DerReader numbers = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (numbers.ReadSmallInteger() != 0)
            {
                throw KeyFormat.NotPkcs8();
            }

            return RsaPublicKey.From(RsaPublicKeyDer.Read(ref numbers));
        }
        catch (AsnContentException)
        {
            throw KeyFormat.NotPkcs8();
        }
    }

    private protected override byte[] SignDigest(SigningAlgorithm algorithm, ReadOnlySpan<byte> digest) =>
        rsa.SignHash(digest, HashAlgorithmName.SHA256, PaddingOf(algorithm));

    private protected override bool TryDecryptCiphertext(
        EncryptionAlgorithm algorithm,
        ReadOnlySpan<byte> ciphertext,
        out byte[] plaintext
    )
    {
        try
        {
            plaintext = rsa.Decrypt(ciphertext, PaddingOf(algorithm));
            return true;
        }
        catch (CryptographicException)
        {
            plaintext = [];
            return false;
        }
    }

    private protected override void Dispose(bool disposing) => rsa.Dispose();
}
