using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// The password based parts of PKCS#12: the MAC (RFC 7292 appendix B), the old encryption schemes (appendix C) through
/// BouncyCastle, PBES2 with PBKDF2 (RFC 8018) through the platform. Plaintexts are the caller's to clear.
/// </summary>
internal static class Pkcs12Encryption
{
    public static byte[] ComputeMac(
        string digestOid,
        ReadOnlySpan<byte> content,
        Pkcs12Passphrase passphrase,
        byte[] salt,
        int iterations
    )
    {
        var digest = DigestOf(digestOid);
        var generator = new Pkcs12ParametersGenerator(digest);
        generator.Init(passphrase.Utf16, salt, iterations);
        var mac = new HMac(DigestOf(digestOid));
        mac.Init(generator.GenerateDerivedMacParameters(digest.GetDigestSize() * 8));
        mac.BlockUpdate(content);
        var result = new byte[mac.GetMacSize()];
        mac.DoFinal(result);
        return result;
    }

    /// <exception cref="CryptographicException">The padding is wrong, as with a wrong passphrase or damage.</exception>
    public static byte[] Decrypt(
        AsnReader algorithm,
        ReadOnlyMemory<byte> ciphertext,
        Pkcs12Passphrase passphrase,
        Pkcs12Budget budget
    )
    {
        var scheme = algorithm.ReadObjectIdentifier();
        var parameters = algorithm.ReadSequence();
        algorithm.ThrowIfNotEmpty();
        return scheme is Pkcs12Identifiers.Pbes2
            ? DecryptPbes2(parameters, ciphertext.Span, passphrase, budget)
            : DecryptOld(scheme, parameters, ciphertext.Span, passphrase, budget);
    }

    private static byte[] DecryptPbes2(
        AsnReader parameters,
        ReadOnlySpan<byte> ciphertext,
        Pkcs12Passphrase passphrase,
        Pkcs12Budget budget
    )
    {
        var derivation = parameters.ReadSequence();
        var encryption = parameters.ReadSequence();
        parameters.ThrowIfNotEmpty();
        var derivationOid = derivation.ReadObjectIdentifier();
        if (derivationOid is not Pkcs12Identifiers.Pbkdf2)
        {
            throw Unsupported("key derivation", derivationOid);
        }
        var cipher = encryption.ReadObjectIdentifier();
        var initialBlock = encryption.ReadOctetString();
        using SymmetricAlgorithm algorithm = cipher switch
        {
            Pkcs12Identifiers.Aes128Cbc or Pkcs12Identifiers.Aes192Cbc or Pkcs12Identifiers.Aes256Cbc => Aes.Create(),
            Pkcs12Identifiers.TripleDesCbc => TripleDES.Create(),
            _ => throw Unsupported("encryption", cipher),
        };
        var key = new byte[
            cipher switch
            {
                Pkcs12Identifiers.Aes128Cbc => 16,
                Pkcs12Identifiers.Aes256Cbc => 32,
                _ => 24,
            }
        ];
        try
        {
            Derive(derivation.ReadSequence(), passphrase, key, budget);
            algorithm.Key = key;
            return algorithm.DecryptCbc(ciphertext, initialBlock);
        }
        catch (ArgumentException failure)
        {
            throw new CryptographicException("The parameters do not fit the cipher.", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>RFC 8018 appendix A.2: the salt, the iterations, a key length that only repeats the cipher's, the PRF.</summary>
    private static void Derive(AsnReader parameters, Pkcs12Passphrase passphrase, Span<byte> key, Pkcs12Budget budget)
    {
        var salt = parameters.ReadOctetString();
        var iterations = parameters.ReadIntegerBytes();
        if (parameters.HasData && parameters.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            parameters.ReadEncodedValue();
        }
        var function = parameters.HasData
            ? parameters.ReadSequence().ReadObjectIdentifier()
            : Pkcs12Identifiers.HmacSha1;
        var hash = function switch
        {
            Pkcs12Identifiers.HmacSha1 => HashAlgorithmName.SHA1,
            Pkcs12Identifiers.HmacSha256 => HashAlgorithmName.SHA256,
            Pkcs12Identifiers.HmacSha384 => HashAlgorithmName.SHA384,
            Pkcs12Identifiers.HmacSha512 => HashAlgorithmName.SHA512,
            _ => throw Unsupported("key derivation", function),
        };
        budget.Spend(iterations.Span);
        Rfc2898DeriveBytes.Pbkdf2(passphrase.Utf8, salt, key, Pkcs12Budget.ToInt32(iterations.Span), hash);
    }

    private static byte[] DecryptOld(
        string scheme,
        AsnReader parameters,
        ReadOnlySpan<byte> ciphertext,
        Pkcs12Passphrase passphrase,
        Pkcs12Budget budget
    )
    {
        var (algorithm, cipherName, keyBits) = scheme switch
        {
            Pkcs12Identifiers.PbeSha1TripleDes => ("DESede", "DESede/CBC/PKCS7Padding", 192),
            Pkcs12Identifiers.PbeSha1TwoKeyTripleDes => ("DESede", "DESede/CBC/PKCS7Padding", 128),
            Pkcs12Identifiers.PbeSha1Rc2 => ("RC2", "RC2/CBC/PKCS7Padding", 128),
            Pkcs12Identifiers.PbeSha1ShortRc2 => ("RC2", "RC2/CBC/PKCS7Padding", 40),
            _ => throw Unsupported("encryption", scheme),
        };
        var salt = parameters.ReadOctetString();
        var iterations = parameters.ReadIntegerBytes();
        parameters.ThrowIfNotEmpty();
        budget.Spend(iterations.Span);
        var generator = new Pkcs12ParametersGenerator(new Sha1Digest());
        generator.Init(passphrase.Utf16, salt, Pkcs12Budget.ToInt32(iterations.Span));
        try
        {
            var cipher = CipherUtilities.GetCipher(cipherName);
            cipher.Init(forEncryption: false, generator.GenerateDerivedParameters(algorithm, keyBits, 64));
            return cipher.DoFinal(ciphertext.ToArray());
        }
        catch (Exception failure) when (failure is CryptoException or ArgumentException)
        {
            throw new CryptographicException("The ciphertext cannot be decrypted.", failure);
        }
    }

    private static IDigest DigestOf(string oid) =>
        oid switch
        {
            Pkcs12Identifiers.Sha1 => new Sha1Digest(),
            Pkcs12Identifiers.Sha256 => new Sha256Digest(),
            Pkcs12Identifiers.Sha384 => new Sha384Digest(),
            Pkcs12Identifiers.Sha512 => new Sha512Digest(),
            _ => throw Unsupported("MAC", oid),
        };

    private static Pkcs12Exception Unsupported(string what, string oid) =>
        new(
            $"the file uses the {what} {oid}, which is not supported",
            "Export it again with AES-256 and SHA-256, for example with openssl pkcs12 -export."
        );
}
