using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Keyhold.Crypto.Algorithms;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Keys;
using Org.BouncyCastle.Math;

namespace Keyhold.Crypto.Tests.Algorithms;

/// <summary>SM2 by others: the example of the standard's authors, OpenSSL's vectors, and what two cloud services made.</summary>
public class Sm2VectorTests
{
    [Fact]
    public void Verifies_the_signature_of_the_example_under_its_own_user_id_and_no_other()
    {
        int seen = 0;
        foreach (JsonElement vector in OfKind("sign-kat").Where(vector => Text(vector, "curve") is "sm2p256v1"))
        {
            seen++;
            PublicKey key = PublicKeyOf(Text(vector, "d"));
            byte[] message = Encoding.ASCII.GetBytes(Text(vector, "msg"));
            byte[] signature = EllipticSignature.ToDer(Convert.FromHexString(Text(vector, "r") + Text(vector, "s")));

            byte[] point = SubjectPublicKeyInfoDer.Read(key.SubjectPublicKeyInfo.Span).Key.ToArray();
            byte[] digest = new byte[Sm3.SizeInBytes];
            Sm2UserHash.DigestMessage(Sm2UserHash.Of(point, Text(vector, "id")), message, digest);

            Assert.True(key.Verify(SigningAlgorithm.Sm2Dsa, MessageType.Digest, digest, signature));
            Assert.False(key.Verify(SigningAlgorithm.Sm2Dsa, MessageType.Raw, message, signature));
        }

        Assert.Equal(1, seen);
    }

    [Fact]
    public void Does_not_verify_a_signature_made_on_another_curve()
    {
        foreach (JsonElement vector in OfKind("sign-kat").Where(vector => Text(vector, "curve") is not "sm2p256v1"))
        {
            PublicKey key = PublicKeyOf(Text(vector, "d"));
            byte[] signature = EllipticSignature.ToDer(Convert.FromHexString(Text(vector, "r") + Text(vector, "s")));
            byte[] message = Encoding.ASCII.GetBytes(Text(vector, "msg"));
            Assert.False(key.Verify(SigningAlgorithm.Sm2Dsa, MessageType.Raw, message, signature));
        }
    }

    [Fact]
    public void Verifies_the_digests_that_OpenSSL_signed()
    {
        int seen = 0;
        foreach (JsonElement vector in OfKind("verify"))
        {
            seen++;
            PublicKey key = PublicKeyIn(vector);
            byte[] digest = Convert.FromHexString(Text(vector, "input"));
            byte[] signature = Convert.FromHexString(Text(vector, "output"));
            Assert.True(key.Verify(SigningAlgorithm.Sm2Dsa, MessageType.Digest, digest, signature));

            digest[seen] ^= 1;
            Assert.False(key.Verify(SigningAlgorithm.Sm2Dsa, MessageType.Digest, digest, signature));
        }

        Assert.Equal(2, seen);
    }

    [Fact]
    public void Does_not_verify_what_OpenSSL_does_not()
    {
        Assert.All(
            OfKind("verify-must-fail"),
            vector =>
            {
                byte[] digest = Convert.FromHexString(Text(vector, "input"));
                byte[] signature = Convert.FromHexString(Text(vector, "output"));
                PublicKey key = PublicKeyIn(vector);
                Assert.False(key.Verify(SigningAlgorithm.Sm2Dsa, MessageType.Digest, digest, signature));
            }
        );
    }

    [Fact]
    public void Decrypts_what_OpenSSL_encrypted_and_nothing_with_a_changed_byte()
    {
        int seen = 0;
        foreach (JsonElement vector in OfKind("decrypt"))
        {
            seen++;
            using PrivateKey key = PrivateKeyIn(vector);
            byte[] ciphertext = Convert.FromHexString(Text(vector, "input"));
            Assert.True(key.TryDecrypt(EncryptionAlgorithm.Sm2Pke, ciphertext, out byte[] plaintext));
            Assert.Equal(Text(vector, "output").Trim('"'), Encoding.ASCII.GetString(plaintext));

            for (int place = 0; place < ciphertext.Length; place++)
            {
                ciphertext[place] ^= 1;
                Assert.False(key.TryDecrypt(EncryptionAlgorithm.Sm2Pke, ciphertext, out plaintext));
                Assert.Empty(plaintext);
                ciphertext[place] ^= 1;
            }
        }

        Assert.Equal(4, seen);
    }

    [Fact]
    public void Verifies_the_signatures_of_digests_that_cloud_services_made()
    {
        int seen = 0;
        foreach (JsonElement vector in OfKind("verify-digest"))
        {
            seen++;
            PublicKey key = PublicKey.FromSubjectPublicKeyInfo(Pem(Text(vector, "public_key_pem")));
            byte[] digest = Convert.FromBase64String(Text(vector, "digest_base64"));
            byte[] signature = Convert.FromBase64String(Text(vector, "signature_base64"));
            Assert.True(key.Verify(SigningAlgorithm.Sm2Dsa, MessageType.Digest, digest, signature));
            Assert.False(key.Verify(SigningAlgorithm.Sm2Dsa, MessageType.Raw, digest, signature));
        }

        Assert.Equal(2, seen);
    }

    [Fact]
    public void Verifies_the_signing_request_that_the_real_service_made()
    {
        byte[] der = Pem(SharedVectors.Text("sm2/emmansun-gmsm/x509_additional-L45-CERTIFICATE_REQUEST.pem"));
        var request = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        ReadOnlyMemory<byte> signed = request.ReadEncodedValue();
        ReadOnlyMemory<byte> algorithm = request.ReadEncodedValue();
        byte[] signature = request.ReadBitString(out _);
        var information = new AsnReader(signed, AsnEncodingRules.DER).ReadSequence();
        information.ReadInteger();
        information.ReadEncodedValue();
        ReadOnlyMemory<byte> key = information.ReadEncodedValue();

        Assert.True(X509Signature.Verify(algorithm.Span, key.Span, signed.Span, signature, out var failure));
        Assert.Equal(X509SignatureFailure.None, failure);
        Assert.Equal(X509Signature.AlgorithmIdentifierOf(KeySpec.EcSm2), algorithm);

        byte[] changed = signed.ToArray();
        changed[^1] ^= 1;
        Assert.False(X509Signature.Verify(algorithm.Span, key.Span, changed, signature, out failure));
        Assert.Equal(X509SignatureFailure.Bad, failure);
    }

    [Fact]
    public void A_damaged_enveloped_key_is_neither_a_key_nor_a_ciphertext()
    {
        int seen = 0;
        foreach (JsonElement vector in OfKind("enveloped-key-must-fail"))
        {
            seen++;
            byte[] enveloped = Convert.FromHexString(Text(vector, "enveloped_hex"));
            using PrivateKey key = PrivateKey.FromPkcs8(
                KeyDer.EllipticPkcs8(ObjectIdentifiers.Sm2Curve, Convert.FromHexString(Text(vector, "d")))
            );
            Assert.Throws<KeyFormatException>(() => PrivateKey.FromPkcs8(enveloped));
            Assert.False(key.TryDecrypt(EncryptionAlgorithm.Sm2Pke, enveloped, out _));
        }

        Assert.Equal(3, seen);
    }

    [Fact]
    public void Takes_in_the_keys_that_a_CA_escrowed()
    {
        foreach (JsonElement vector in OfKind("cfca-escrow-key"))
        {
            byte[] number = Convert.FromHexString(Text(vector, "enc_private_key"));
            using PrivateKey key = PrivateKey.FromPkcs8(KeyDer.EllipticPkcs8(ObjectIdentifiers.Sm2Curve, number));
            byte[] ciphertext = key.PublicKey.Encrypt(EncryptionAlgorithm.Sm2Pke, number);
            Assert.True(key.TryDecrypt(EncryptionAlgorithm.Sm2Pke, ciphertext, out byte[] plaintext));
            Assert.Equal(number, plaintext);
        }
    }

    [Theory]
    [InlineData("L18")]
    [InlineData("L23")]
    [InlineData("L29")]
    [InlineData("L35")]
    public void Reads_the_public_keys_that_cloud_services_gave_out(string line)
    {
        byte[] der = Pem(SharedVectors.Text($"sm2/emmansun-gmsm/x509_additional-{line}-PUBLIC_KEY.pem"));
        PublicKey key = PublicKey.FromSubjectPublicKeyInfo(der);
        Assert.Equal(KeySpec.EcSm2, key.Spec);
        Assert.Equal(der, key.SubjectPublicKeyInfo.ToArray());
    }

    [Theory]
    [InlineData("sm2-first-crt.pem", "sm2-first-crt.pem", false)]
    [InlineData("sm2-root-cert.pem", "sm2-root-cert.pem", true)]
    [InlineData("sm2-cert.pem", "sm2-root-cert.pem", true)]
    [InlineData("sm2-leaf.crt", "sm2-chain-ca.crt", true)]
    [InlineData("sm2/server_sign.crt", "sm2/server_sign.crt", false)]
    [InlineData("sm2/chain-ca.crt", "sm2/chain-ca.crt", true)]
    [InlineData("sm2-cert.pem", "sm2-cert.pem", false)]
    [InlineData("sm2-noza-root-cert.pem", "sm2-noza-root-cert.pem", false)]
    [InlineData("sm2-noza-cert.pem", "sm2-noza-root-cert.pem", false)]
    public void Judges_the_signatures_of_certificates_that_others_made(string file, string issuerFile, bool good)
    {
        var (signed, algorithm, signature, _) = Certificate($"sm2/tongsuo/{file}");
        byte[] issuerKey = Certificate($"sm2/tongsuo/{issuerFile}").Key;
        Assert.Equal(good, X509Signature.Verify(algorithm, issuerKey, signed, signature, out _));
    }

    private static (byte[] Signed, byte[] Algorithm, byte[] Signature, byte[] Key) Certificate(string path)
    {
        byte[] der = Pem(SharedVectors.Text(path));
        var certificate = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        byte[] signed = certificate.ReadEncodedValue().ToArray();
        byte[] algorithm = certificate.ReadEncodedValue().ToArray();
        byte[] signature = certificate.ReadBitString(out _);
        var fields = new AsnReader(signed, AsnEncodingRules.DER).ReadSequence();
        for (int field = 0; field < 6; field++)
        {
            fields.ReadEncodedValue();
        }

        return (signed, algorithm, signature, fields.ReadEncodedValue().ToArray());
    }

    private static IEnumerable<JsonElement> OfKind(string kind) =>
        SharedVectors
            .Json("sm2/sm2-vectors.json.gz")
            .EnumerateArray()
            .Where(vector => Text(vector, "kind").Equals(kind, StringComparison.Ordinal));

    private static string Text(JsonElement vector, string name) => vector.GetProperty(name).GetString()!;

    private static PrivateKey PrivateKeyIn(JsonElement vector) =>
        PrivateKey.FromPkcs8(Pem(Text(vector, "private_key_pem")));

    private static PublicKey PublicKeyIn(JsonElement vector)
    {
        using PrivateKey key = PrivateKeyIn(vector);
        return key.PublicKey;
    }

    private static Sm2PublicKey PublicKeyOf(string privateNumber)
    {
        byte[] point = Sm2Curve.PublicPointOf(new BigInteger(privateNumber, 16));
        return Sm2PublicKey.From(point);
    }

    private static byte[] Pem(string text)
    {
        PemFields fields = PemEncoding.Find(text);
        return Convert.FromBase64String(text[fields.Base64Data]);
    }
}
