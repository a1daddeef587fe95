using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// A private key of one of the three specs, parsed once and ready for use. Signing and decrypting may be called from
/// many threads at once. After <see cref="Dispose"/> every use is an <see cref="ObjectDisposedException"/>.
/// </summary>
public abstract class PrivateKey : IDisposable
{
    private protected PrivateKey(PublicKey publicKey) => PublicKey = publicKey;

    public KeySpec Spec => PublicKey.Spec;

    public PublicKey PublicKey { get; }

    /// <summary>Makes a new key. RSA takes some hundred milliseconds: see <see cref="KeyPool"/>.</summary>
    public static PrivateKey Generate(KeySpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        using var measured = KeyWork.Begin(KeyWork.Generate, spec);
        if (spec == KeySpec.Rsa2048)
        {
            return RsaPrivateKey.Generate();
        }

        return spec == KeySpec.EcP256 ? EcP256PrivateKey.Generate() : Sm2PrivateKey.Generate();
    }

    /// <summary>
    /// Reads an unencrypted PKCS#8 PrivateKeyInfo (RFC 5208) and checks that its parts belong together;
    /// <see cref="KeyFormatException"/> otherwise.
    /// </summary>
    public static PrivateKey FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        Pkcs8 info = Pkcs8.Read(pkcs8);
        return info.Algorithm switch
        {
            ObjectIdentifiers.RsaEncryption => RsaPrivateKey.From(info),
            ObjectIdentifiers.EcPublicKey when info.Curve is ObjectIdentifiers.P256 => EcP256PrivateKey.From(info),
            ObjectIdentifiers.EcPublicKey when info.Curve is ObjectIdentifiers.Sm2Curve => Sm2PrivateKey.From(info),
            _ => throw KeyFormat.OtherKind(info.Algorithm, info.Curve),
        };
    }

    /// <summary>Signs. An algorithm of another spec or a digest of the wrong size is an ArgumentException.</summary>
    public byte[] Sign(SigningAlgorithm algorithm, MessageType type, ReadOnlySpan<byte> message)
    {
        PublicKey.CheckFits(algorithm);
        using var measured = KeyWork.Begin(KeyWork.Sign, Spec);
        Span<byte> digest = stackalloc byte[SigningAlgorithm.DigestSizeOfAll];
        if (!PublicKey.TryDigest(type, message, digest))
        {
            throw new ArgumentException(
                $"The digest has {message.Length} bytes, {algorithm} needs {algorithm.DigestSize}.",
                nameof(message)
            );
        }

        return SignDigest(algorithm, digest);
    }

    /// <summary>Decrypts. Every failure is the same <c>false</c>, so that nobody learns which step failed.</summary>
    public bool TryDecrypt(EncryptionAlgorithm algorithm, ReadOnlySpan<byte> ciphertext, out byte[] plaintext)
    {
        PublicKey.CheckFits(algorithm);
        using var measured = KeyWork.Begin(KeyWork.Decrypt, Spec);
        return TryDecryptCiphertext(algorithm, ciphertext, out plaintext);
    }

    /// <summary>The key as an unencrypted PKCS#8 PrivateKeyInfo. The caller clears it.</summary>
    public abstract byte[] ExportPkcs8();

    /// <summary>The key as an EncryptedPrivateKeyInfo: PBES2, AES-256-CBC, PBKDF2 with HMAC-SHA-256 (RFC 8018).</summary>
    public byte[] ExportEncryptedPkcs8(ReadOnlySpan<char> passphrase)
    {
        byte[] passphraseUtf8 = new byte[Encoding.UTF8.GetByteCount(passphrase)];
        byte[] pkcs8 = ExportPkcs8();
        try
        {
            Encoding.UTF8.GetBytes(passphrase, passphraseUtf8);
            return EncryptedPkcs8.Encrypt(pkcs8, passphraseUtf8);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
            CryptographicOperations.ZeroMemory(passphraseUtf8);
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private protected abstract byte[] SignDigest(SigningAlgorithm algorithm, ReadOnlySpan<byte> digest);

    private protected abstract bool TryDecryptCiphertext(
        EncryptionAlgorithm algorithm,
        ReadOnlySpan<byte> ciphertext,
        out byte[] plaintext
    );

    private protected abstract void Dispose(bool disposing);
}
