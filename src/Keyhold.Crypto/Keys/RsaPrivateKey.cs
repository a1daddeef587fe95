using System.Security.Cryptography;

namespace Keyhold.Crypto.Keys;

/// <summary>An RSA_2048 private key. The parsed handle is shared by all threads, which RSA permits.</summary>
internal sealed class RsaPrivateKey : PrivateKey
{
    private readonly RSA rsa;

    private RsaPrivateKey(RSA rsa)
        : base(RsaPublicKey.From(rsa.ExportParameters(includePrivateParameters: false))) => this.rsa = rsa;

    internal static RsaPrivateKey Generate() => new(RSA.Create(RsaPublicKey.Bits));

    internal static RsaPrivateKey From(Pkcs8 info)
    {
        RSA imported = RSA.Create();
        try
        {
            imported.ImportRSAPrivateKey(info.Key, out int read);
            if (read != info.Key.Length)
            {
                throw KeyFormat.NotPkcs8();
            }

            if (imported.KeySize != RsaPublicKey.Bits)
            {
                throw KeyFormat.WrongRsaSize(imported.KeySize);
            }

            return new RsaPrivateKey(imported);
        }
        catch (CryptographicException)
        {
            imported.Dispose();
            throw KeyFormat.Inconsistent();
        }
        catch (KeyFormatException)
        {
            imported.Dispose();
            throw;
        }
    }

    public override byte[] ExportPkcs8() => rsa.ExportPkcs8PrivateKey();

    internal static RSASignaturePadding PaddingOf(SigningAlgorithm algorithm) =>
        algorithm == SigningAlgorithm.RsaPssSha256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

    internal static RSAEncryptionPadding PaddingOf(EncryptionAlgorithm algorithm) =>
        algorithm == EncryptionAlgorithm.RsaesOaepSha1
            ? RSAEncryptionPadding.OaepSHA1
            : RSAEncryptionPadding.OaepSHA256;

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
