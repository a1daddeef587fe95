using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using Keyhold.Crypto.Algorithms;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Keys;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Keyhold.Crypto.Tests.Algorithms;

public class X509SignatureTests
{
    private static readonly byte[] Data = "to be signed"u8.ToArray();
    private static readonly byte[] Null = [0x05, 0x00];

    public static TheoryData<string> Specs => [.. KeySpec.All.Select(spec => spec.Name)];

    [Theory]
    [InlineData("RSA_2048", "300D06092A864886F70D01010B0500", "RSA2048-SHA256")]
    [InlineData("EC_P256", "300A06082A8648CE3D040302", "ECDSA-SHA256")]
    [InlineData("EC_SM2", "300A06082A811CCF55018375", "SM2-SM3")]
    public void What_is_signed_here_verifies_under_its_own_identifier(string spec, string identifier, string name)
    {
        Assert.True(KeySpec.TryParse(spec, out var keySpec));
        using PrivateKey key = KeyFixture.New(keySpec);
        byte[] issuer = key.PublicKey.SubjectPublicKeyInfo.ToArray();
        byte[] algorithm = X509Signature.AlgorithmIdentifierOf(keySpec).ToArray();
        byte[] signature = X509Signature.Sign(key, Data);
        Assert.Equal(identifier, Convert.ToHexString(algorithm));
        Assert.Equal(name, X509Signature.NameOf(algorithm, issuer));
        AssertVerdict(X509SignatureFailure.None, algorithm, issuer, signature);
        signature[^1] ^= 1;
        AssertVerdict(X509SignatureFailure.Bad, algorithm, issuer, signature);
    }

    [Theory]
    [InlineData(ObjectIdentifiers.Sha1WithRsa, "SHA1")]
    [InlineData(ObjectIdentifiers.Sha256WithRsa, "SHA256")]
    [InlineData(ObjectIdentifiers.Sha384WithRsa, "SHA384")]
    [InlineData(ObjectIdentifiers.Sha512WithRsa, "SHA512")]
    public void RSA_verifies_with_each_hash_and_with_or_without_NULL(string identifier, string hash)
    {
        using RSA rsa = RSA.Create(RsaFixture.Rsa1024);
        byte[] signature = rsa.SignData(Data, new HashAlgorithmName(hash), RSASignaturePadding.Pkcs1);
        byte[] key = rsa.ExportSubjectPublicKeyInfo();
        AssertVerdict(X509SignatureFailure.None, Identifier(identifier, Null), key, signature);
        AssertVerdict(X509SignatureFailure.None, Identifier(identifier), key, signature);
        AssertVerdict(X509SignatureFailure.MalformedAlgorithm, Identifier(identifier, [2, 1, 0]), key, signature);
        AssertVerdict(X509SignatureFailure.MalformedAlgorithm, Identifier(identifier, [5, 0, 5, 0]), key, signature);
        Assert.Equal($"RSA1024-{hash}", X509Signature.NameOf(Identifier(identifier, Null), key));
    }

    [Theory]
    [InlineData(256, ObjectIdentifiers.EcdsaWithSha1, "SHA1")]
    [InlineData(256, ObjectIdentifiers.EcdsaWithSha512, "SHA512")]
    [InlineData(384, ObjectIdentifiers.EcdsaWithSha384, "SHA384")]
    [InlineData(384, ObjectIdentifiers.EcdsaWithSha256, "SHA256")]
    [InlineData(521, ObjectIdentifiers.EcdsaWithSha512, "SHA512")]
    [InlineData(521, ObjectIdentifiers.EcdsaWithSha256, "SHA256")]
    public void ECDSA_verifies_on_each_curve_and_never_with_NULL(int bits, string identifier, string hash)
    {
        using ECDsa ecdsa = ECDsa.Create(CurveOf(bits));
        byte[] key = ecdsa.ExportSubjectPublicKeyInfo();
        byte[] signature = ecdsa.SignData(Data, new HashAlgorithmName(hash), DSASignatureFormat.Rfc3279DerSequence);
        AssertVerdict(X509SignatureFailure.None, Identifier(identifier), key, signature);
        AssertVerdict(X509SignatureFailure.MalformedAlgorithm, Identifier(identifier, Null), key, signature);
        AssertVerdict(X509SignatureFailure.Bad, Identifier(identifier), key, [.. signature, 0]);
        Assert.Equal($"ECDSA-{hash}", X509Signature.NameOf(Identifier(identifier), key));
    }

    [Fact]
    public void SM2_verifies_with_and_without_NULL()
    {
        using PrivateKey sm2 = PrivateKey.Generate(KeySpec.EcSm2);
        byte[] key = sm2.PublicKey.SubjectPublicKeyInfo.ToArray();
        byte[] signature = X509Signature.Sign(sm2, Data);
        AssertVerdict(X509SignatureFailure.None, Identifier(ObjectIdentifiers.Sm2WithSm3), key, signature);
        AssertVerdict(X509SignatureFailure.None, Identifier(ObjectIdentifiers.Sm2WithSm3, Null), key, signature);
    }

    [Fact]
    public void Ed25519_verifies_and_never_with_NULL()
    {
        var privateKey = new Ed25519PrivateKeyParameters(Enumerable.Repeat((byte)7, 32).ToArray());
        byte[] key = Ed25519Key(privateKey.GeneratePublicKey().GetEncoded());
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, privateKey);
        signer.BlockUpdate(Data);
        byte[] signature = signer.GenerateSignature();
        byte[] identifier = Identifier(ObjectIdentifiers.Ed25519);
        AssertVerdict(X509SignatureFailure.None, identifier, key, signature);
        AssertVerdict(X509SignatureFailure.Bad, identifier, key, signature[..^1]);
        AssertVerdict(X509SignatureFailure.Bad, identifier, key, []);
        AssertVerdict(
            X509SignatureFailure.MalformedAlgorithm,
            Identifier(ObjectIdentifiers.Ed25519, Null),
            key,
            signature
        );
        AssertVerdict(X509SignatureFailure.MalformedKey, identifier, Ed25519Key(new byte[31]), signature);
        Assert.Equal("Ed25519", X509Signature.NameOf(identifier, key));
    }

    [Theory]
    [InlineData("SHA256", 32)]
    [InlineData("SHA384", 48)]
    [InlineData("SHA512", 64)]
    [InlineData("SHA1", 20)]
    public void PSS_verifies_with_its_parameters_and_no_others(string hash, int saltLength)
    {
        using RSA rsa = RSA.Create(RsaFixture.Rsa2048);
        byte[] key = rsa.ExportSubjectPublicKeyInfo();
        byte[] signature = rsa.SignData(Data, new HashAlgorithmName(hash), RSASignaturePadding.Pss);
        AssertVerdict(X509SignatureFailure.None, Pss(hash, hash, saltLength), key, signature);
        AssertVerdict(X509SignatureFailure.Bad, Pss(hash, hash, saltLength + 1), key, signature);
        AssertVerdict(X509SignatureFailure.Bad, Pss(hash, hash, 300), key, signature);
        AssertVerdict(X509SignatureFailure.UnsupportedAlgorithm, Pss(hash, "MD5", saltLength), key, signature);
        AssertVerdict(X509SignatureFailure.UnsupportedAlgorithm, Pss(hash, hash, 100_000), key, signature);
        AssertVerdict(X509SignatureFailure.UnsupportedAlgorithm, Pss(hash, hash, -1), key, signature);
        AssertVerdict(
            X509SignatureFailure.UnsupportedAlgorithm,
            Pss(hash, hash, saltLength, trailer: 2),
            key,
            signature
        );
        Assert.Equal($"RSA2048-PSS-{hash}", X509Signature.NameOf(Pss(hash, hash, saltLength), key));
    }

    [Fact]
    public void PSS_has_SHA1_and_20_where_its_parameters_say_nothing()
    {
        using RSA rsa = RSA.Create(RsaFixture.Rsa2048);
        byte[] key = rsa.ExportSubjectPublicKeyInfo();
        byte[] signature = rsa.SignData(Data, HashAlgorithmName.SHA1, RSASignaturePadding.Pss);
        AssertVerdict(X509SignatureFailure.None, Identifier(ObjectIdentifiers.RsaPss, [0x30, 0x00]), key, signature);
        AssertVerdict(X509SignatureFailure.MalformedAlgorithm, Identifier(ObjectIdentifiers.RsaPss), key, signature);
        AssertVerdict(
            X509SignatureFailure.MalformedAlgorithm,
            Identifier(ObjectIdentifiers.RsaPss, Null),
            key,
            signature
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(222)]
    public void PSS_verifies_with_a_salt_of_any_length(int saltLength)
    {
        using var openssl = new OpenSslProgram();
        using RSA rsa = RSA.Create(RsaFixture.Rsa2048);
        openssl.Write("key", rsa.ExportPkcs8PrivateKeyPem());
        openssl.Write("data", Data);
        string salt = "rsa_pss_saltlen:" + saltLength.ToString(CultureInfo.InvariantCulture);
        openssl.Run(
            "dgst",
            "-sha256",
            "-sign",
            "key",
            "-sigopt",
            "rsa_padding_mode:pss",
            "-sigopt",
            salt,
            "-out",
            "signature",
            "data"
        );
        byte[] signature = openssl.Read("signature");
        byte[] key = rsa.ExportSubjectPublicKeyInfo();
        AssertVerdict(X509SignatureFailure.None, Pss("SHA256", "SHA256", saltLength), key, signature);
        AssertVerdict(X509SignatureFailure.Bad, Pss("SHA256", "SHA256", 32), key, signature);
        AssertVerdict(X509SignatureFailure.Bad, Pss("SHA256", "SHA256", saltLength), key, signature[..^1]);
    }

    [Theory]
    [InlineData(4096, "010001", true)]
    [InlineData(4104, "010001", false)]
    [InlineData(16384, "010001", false)]
    [InlineData(2048, "010000000000000001", false)]
    public void PSS_with_another_salt_is_not_verified_with_keys_that_make_it_dear(
        int bits,
        string exponent,
        bool isTried
    )
    {
        byte[] modulus = new byte[bits / 8];
        modulus.AsSpan().Fill(0xff);
        byte[] key = KeyDer.RsaPublic(modulus, Convert.FromHexString(exponent));
        X509SignatureFailure expected = isTried ? X509SignatureFailure.Bad : X509SignatureFailure.UnsupportedKey;
        AssertVerdict(expected, Pss("SHA256", "SHA256", 20), key, new byte[bits / 8]);
    }

    [Fact]
    public void A_key_marked_for_PSS_signs_only_so_and_with_its_own_parameters()
    {
        using RSA rsa = RSA.Create(RsaFixture.Rsa2048);
        byte[] bits = rsa.ExportRSAPublicKey();
        byte[] pss = rsa.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        byte[] pkcs1 = rsa.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        byte[] usual = Pss("SHA256", "SHA256", 32);
        AssertVerdict(X509SignatureFailure.None, usual, Key(Identifier(ObjectIdentifiers.RsaPss), bits), pss);
        AssertVerdict(X509SignatureFailure.None, usual, Key(Pss("SHA256", "SHA256", 20), bits), pss);
        AssertVerdict(X509SignatureFailure.UnsupportedKey, usual, Key(Pss("SHA256", "SHA256", 40), bits), pss);
        AssertVerdict(X509SignatureFailure.UnsupportedKey, usual, Key(Pss("SHA384", "SHA384", 20), bits), pss);
        AssertVerdict(
            X509SignatureFailure.UnsupportedKey,
            Identifier(ObjectIdentifiers.Sha256WithRsa, Null),
            Key(Identifier(ObjectIdentifiers.RsaPss), bits),
            pkcs1
        );
        Assert.Equal(
            "RSA2048-PSS-SHA256",
            X509Signature.NameOf(usual, Key(Identifier(ObjectIdentifiers.RsaPss), bits))
        );
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void A_key_of_another_kind_than_the_algorithm_is_unsupported(string name)
    {
        Assert.True(KeySpec.TryParse(name, out var spec));
        using PrivateKey key = KeyFixture.New(spec);
        byte[] signature = X509Signature.Sign(key, Data);
        foreach (KeySpec other in KeySpec.All.Where(other => other != spec))
        {
            AssertVerdict(
                X509SignatureFailure.UnsupportedKey,
                X509Signature.AlgorithmIdentifierOf(other).ToArray(),
                key.PublicKey.SubjectPublicKeyInfo.ToArray(),
                signature
            );
        }

        AssertVerdict(
            X509SignatureFailure.UnsupportedKey,
            Identifier(ObjectIdentifiers.Ed25519),
            key.PublicKey.SubjectPublicKeyInfo.ToArray(),
            signature
        );
    }

    [Theory]
    [InlineData("1.2.840.113549.1.1.4")]
    [InlineData("1.2.840.113549.1.1.14")]
    [InlineData("1.3.101.113")]
    [InlineData("1.2.840.10040.4.3")]
    public void Another_algorithm_is_unsupported_and_named_by_its_object_identifier(string identifier)
    {
        using RSA rsa = RSA.Create(RsaFixture.Rsa2048);
        byte[] key = rsa.ExportSubjectPublicKeyInfo();
        AssertVerdict(X509SignatureFailure.UnsupportedAlgorithm, Identifier(identifier, Null), key, []);
        Assert.Equal(identifier, X509Signature.NameOf(Identifier(identifier, Null), key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0500")]
    [InlineData("3000")]
    [InlineData("300D06092A864886F70D01010B050000")]
    [InlineData("300D06092A864886F70D01010B05")]
    public void What_is_no_AlgorithmIdentifier_is_malformed(string identifier)
    {
        using RSA rsa = RSA.Create(RsaFixture.Rsa2048);
        byte[] der = Convert.FromHexString(identifier);
        AssertVerdict(X509SignatureFailure.MalformedAlgorithm, der, rsa.ExportSubjectPublicKeyInfo(), []);
    }

    [Fact]
    public void What_is_no_key_is_malformed()
    {
        byte[] rsa = Identifier(ObjectIdentifiers.Sha256WithRsa, Null);
        byte[] ecdsa = Identifier(ObjectIdentifiers.EcdsaWithSha256);
        byte[] sm2 = Identifier(ObjectIdentifiers.Sm2WithSm3);
        AssertVerdict(X509SignatureFailure.MalformedKey, rsa, [], [1]);
        AssertVerdict(
            X509SignatureFailure.MalformedKey,
            rsa,
            Key(Identifier(ObjectIdentifiers.RsaEncryption, Null), [1]),
            [1]
        );
        AssertVerdict(
            X509SignatureFailure.MalformedKey,
            ecdsa,
            KeyDer.EllipticPublic(ObjectIdentifiers.P256, new byte[65]),
            [1]
        );
        AssertVerdict(
            X509SignatureFailure.MalformedKey,
            sm2,
            KeyDer.EllipticPublic(ObjectIdentifiers.Sm2Curve, new byte[65]),
            [1]
        );
        AssertVerdict(
            X509SignatureFailure.UnsupportedKey,
            ecdsa,
            KeyDer.EllipticPublic("1.3.132.0.10", new byte[65]),
            [1]
        );
    }

    [Theory]
    [InlineData(512, "010001")]
    [InlineData(1023, "010001")]
    [InlineData(16385, "010001")]
    [InlineData(2048, "01")]
    [InlineData(2048, "010000")]
    public void RSA_keys_out_of_range_are_unsupported(int bits, string exponent)
    {
        byte[] modulus = new byte[(bits + 7) / 8];
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        modulus[^1] = 1;
        byte[] key = KeyDer.RsaPublic(modulus, Convert.FromHexString(exponent));
        byte[] algorithm = Identifier(ObjectIdentifiers.Sha256WithRsa, Null);
        AssertVerdict(X509SignatureFailure.UnsupportedKey, algorithm, key, new byte[modulus.Length]);
    }

    [Fact]
    public void A_name_without_a_readable_issuer_leaves_the_size_out()
    {
        Assert.Equal("RSA-SHA384", X509Signature.NameOf(Identifier(ObjectIdentifiers.Sha384WithRsa, Null), []));
        Assert.Equal("RSA-PSS-SHA256", X509Signature.NameOf(Pss("SHA256", "SHA256", 32), [0x30, 0x00]));
        Assert.Equal("ECDSA-SHA512", X509Signature.NameOf(Identifier(ObjectIdentifiers.EcdsaWithSha512), []));
        Assert.Equal("unknown", X509Signature.NameOf([1, 2, 3], []));
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void No_changed_input_is_taken_or_does_harm(string name)
    {
        using PrivateKey key = KeyFixture.New(name);
        byte[] issuer = key.PublicKey.SubjectPublicKeyInfo.ToArray();
        byte[] algorithm = X509Signature.AlgorithmIdentifierOf(key.Spec).ToArray();
        byte[] signature = X509Signature.Sign(key, Data);
        for (int place = 0; place < issuer.Length + algorithm.Length + signature.Length; place++)
        {
            byte[][] inputs =
            [
                [.. algorithm],
                [.. issuer],
                [.. signature],
            ];
            int inside = place;
            byte[] changed = inputs.First(input =>
            {
                bool here = inside < input.Length;
                inside -= here ? 0 : input.Length;
                return here;
            });
            changed[inside] ^= 0x11;
            Assert.False(X509Signature.Verify(inputs[0], inputs[1], Data, inputs[2], out var failure));
            Assert.NotEqual(X509SignatureFailure.None, failure);
            Assert.NotEmpty(X509Signature.NameOf(inputs[0], inputs[1]));
        }
    }

    private static void AssertVerdict(X509SignatureFailure expected, byte[] algorithm, byte[] key, byte[] signature)
    {
        bool verified = X509Signature.Verify(algorithm, key, Data, signature, out X509SignatureFailure failure);
        Assert.Equal(expected, failure);
        Assert.Equal(expected == X509SignatureFailure.None, verified);
    }

    private static ECCurve CurveOf(int bits) =>
        bits switch
        {
            256 => ECCurve.NamedCurves.nistP256,
            384 => ECCurve.NamedCurves.nistP384,
            _ => ECCurve.NamedCurves.nistP521,
        };

    private static byte[] Identifier(string algorithm, byte[]? parameters = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(algorithm);
        byte[] content = [.. writer.Encode(), .. parameters ?? []];
        return [0x30, (byte)content.Length, .. content];
    }

    private static byte[] Key(byte[] identifier, byte[] bits)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(identifier);
            writer.WriteBitString(bits);
        }

        return writer.Encode();
    }

    private static byte[] Ed25519Key(byte[] bits) => Key(Identifier(ObjectIdentifiers.Ed25519), bits);

    private static byte[] Pss(string hash, string maskHash, int saltLength, int trailer = 1)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Field(writer, 0, field => field.WriteEncodedValue(HashIdentifier(hash)));
            Field(
                writer,
                1,
                field => field.WriteEncodedValue(Identifier(ObjectIdentifiers.Mgf1, HashIdentifier(maskHash)))
            );
            Field(writer, 2, field => field.WriteInteger(saltLength));
            Field(writer, 3, field => field.WriteInteger(trailer));
        }

        return Identifier(ObjectIdentifiers.RsaPss, writer.Encode());
    }

    private static void Field(AsnWriter writer, int number, Action<AsnWriter> write)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, number, isConstructed: true)))
        {
            write(writer);
        }
    }

    private static byte[] HashIdentifier(string hash) =>
        Identifier(
            hash switch
            {
                "SHA1" => ObjectIdentifiers.Sha1,
                "SHA256" => ObjectIdentifiers.Sha256,
                "SHA384" => ObjectIdentifiers.Sha384,
                "SHA512" => ObjectIdentifiers.Sha512,
                _ => "1.2.840.113549.2.5",
            },
            Null
        );
}
