using System.Globalization;
using System.Security.Cryptography;
using Keyhold.Crypto.Algorithms;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Keys;

namespace Keyhold.Crypto.Tests.Algorithms;

/// <summary>Signatures over SHA-3, made by OpenSSL.</summary>
public class Sha3Tests
{
    private static readonly byte[] Data = "to be signed"u8.ToArray();

    [Theory]
    [InlineData("SHA3-224", "6b4e03423667dbb73b6e15454f0eb1abd4597f9a1b078e3f5b5a6bc7")]
    [InlineData("SHA3-256", "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a")]
    public void The_hash_of_nothing_is_that_of_FIPS_202(string hash, string expected)
    {
        byte[] digest = new byte[64];
        int size = Sha3.HashData(new HashAlgorithmName(hash), [], digest);
        Assert.Equal(expected, Convert.ToHexStringLower(digest.AsSpan(0, size)));
    }

    [Theory]
    [InlineData(224)]
    [InlineData(256)]
    [InlineData(384)]
    [InlineData(512)]
    public void Signatures_of_OpenSSL_verify_and_changed_ones_do_not(int bits)
    {
        using var openssl = new OpenSslProgram();
        using RSA rsa = RSA.Create(RsaFixture.Rsa2048);
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string hash = "SHA3-" + bits.ToString(CultureInfo.InvariantCulture);
        // SHA3-224 is on no platform of the BCL.
        byte[] sha3With224WithRsa = Identifier(13);
        Assert.False(
            X509Signature.Verify(sha3With224WithRsa, rsa.ExportSubjectPublicKeyInfo(), Data, [], out var failure)
        );
        Assert.Equal(X509SignatureFailure.UnsupportedAlgorithm, failure);
        if (bits != 224)
        {
            Check(
                openssl,
                hash,
                rsa.ExportPkcs8PrivateKeyPem(),
                rsa.ExportSubjectPublicKeyInfo(),
                $"RSA2048-{hash}",
                13 + Place(bits)
            );
        }
        Check(
            openssl,
            hash,
            ecdsa.ExportPkcs8PrivateKeyPem(),
            ecdsa.ExportSubjectPublicKeyInfo(),
            $"ECDSA-{hash}",
            9 + Place(bits)
        );
    }

    [Fact]
    public void A_modulus_that_cannot_be_one_is_no_crash()
    {
        byte[] modulus = new byte[256];
        modulus[0] = 0x80;
        modulus[^1] = 15;
        byte[] key = KeyDer.RsaPublic(modulus, [1, 0, 1]);
        byte[] identifier = Identifier(14);
        Assert.False(X509Signature.Verify(identifier, key, Data, new byte[256], out var failure));
        Assert.Equal(X509SignatureFailure.Bad, failure);
    }

    private static void Check(
        OpenSslProgram openssl,
        string hash,
        string privateKey,
        byte[] publicKey,
        string name,
        int identifierEnd
    )
    {
        openssl.Write("key", privateKey);
        openssl.Write("data", Data);
        openssl.Run("dgst", "-" + hash.ToLowerInvariant(), "-sign", "key", "-out", "signature", "data");
        byte[] signature = openssl.Read("signature");
        byte[] identifier = Identifier(identifierEnd);
        Assert.True(X509Signature.Verify(identifier, publicKey, Data, signature, out _));
        Assert.Equal(name, X509Signature.NameOf(identifier, publicKey));
        Assert.False(X509Signature.Verify(identifier, publicKey, [.. Data, 0], signature, out _));
        Assert.False(X509Signature.Verify(identifier, publicKey, Data, signature.AsSpan(..^1), out _));
        Assert.False(X509Signature.Verify(identifier, publicKey, Data, [], out _));
        signature[^1] ^= 1;
        Assert.False(X509Signature.Verify(identifier, publicKey, Data, signature, out var failure));
        Assert.Equal(X509SignatureFailure.Bad, failure);
    }

    private static int Place(int bits) =>
        bits switch
        {
            224 => 0,
            256 => 1,
            384 => 2,
            _ => 3,
        };

    /// <summary>2.16.840.1.101.3.4.3 and this number.</summary>
    private static byte[] Identifier(int end) =>
        [0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, (byte)end];
}
