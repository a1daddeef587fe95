using System.Formats.Asn1;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Keys;

public class PublicKeyTests
{
    public static TheoryData<string> Specs => [.. KeySpec.All.Select(spec => spec.Name)];

    [Theory]
    [MemberData(nameof(Specs))]
    public void A_key_comes_back_from_its_SubjectPublicKeyInfo(string name)
    {
        PublicKey key = New(name);
        PublicKey again = PublicKey.FromSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span);
        Assert.Equal(key.Spec, again.Spec);
        Assert.Equal(key.SubjectPublicKeyInfo.ToArray(), again.SubjectPublicKeyInfo.ToArray());
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void Pem_has_LF_and_64_columns(string name)
    {
        PublicKey key = New(name);
        string[] lines = key.Pem.Split('\n');
        Assert.Equal("-----BEGIN PUBLIC KEY-----", lines[0]);
        Assert.Equal("-----END PUBLIC KEY-----", lines[^2]);
        Assert.Empty(lines[^1]);
        Assert.All(lines[1..^3], line => Assert.Equal(64, line.Length));
        Assert.InRange(lines[^3].Length, 1, 64);
        Assert.Equal(key.SubjectPublicKeyInfo.ToArray(), Convert.FromBase64String(string.Concat(lines[1..^2])));
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void KeyIdentifier_is_SHA1_of_what_the_bit_string_holds(string name)
    {
        PublicKey key = New(name);
        AsnReader info = new AsnReader(key.SubjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
        Assert.Equal(SHA1.HashData(info.ReadBitString(out _)), key.KeyIdentifier);
    }

    [Fact]
    public void Equal_keys_have_equal_bytes_however_they_were_written()
    {
        RSAParameters rsa = RsaFixture.Rsa2048;
        byte[] usual = KeyDer.RsaPublic(rsa.Modulus!, rsa.Exponent!);
        byte[] withoutNull = KeyDer.RsaPublic(rsa.Modulus!, rsa.Exponent!, withNull: false);
        Assert.Equal(usual, PublicKey.FromSubjectPublicKeyInfo(withoutNull).SubjectPublicKeyInfo.ToArray());

        PublicKey sm2 = New("EC_SM2");
        byte[] point = SubjectPublicKeyInfoDer.Read(sm2.SubjectPublicKeyInfo.Span).Key.ToArray();
        byte[] old = KeyDer.PublicOf(
            point,
            identifier =>
            {
                identifier.WriteObjectIdentifier(ObjectIdentifiers.Sm2Curve);
                identifier.WriteObjectIdentifier(ObjectIdentifiers.Sm2Curve);
            }
        );
        Assert.NotEqual(old, sm2.SubjectPublicKeyInfo.ToArray());
        Assert.Equal(
            sm2.SubjectPublicKeyInfo.ToArray(),
            PublicKey.FromSubjectPublicKeyInfo(old).SubjectPublicKeyInfo.ToArray()
        );
    }

    [Theory]
    [InlineData(ObjectIdentifiers.P256, "EC_P256")]
    [InlineData(ObjectIdentifiers.Sm2Curve, "EC_SM2")]
    public void What_is_no_uncompressed_point_on_the_curve_is_refused(string curve, string spec)
    {
        byte[] point = SubjectPublicKeyInfoDer.Read(New(spec).SubjectPublicKeyInfo.Span).Key.ToArray();
        byte[] compressed = [(byte)(2 + (point[^1] & 1)), .. point[1..33]];
        byte[] hybrid = [(byte)(6 + (point[^1] & 1)), .. point[1..]];
        byte[] offCurve = [.. point[..^1], (byte)(point[^1] ^ 1)];
        byte[] beyondField = [4, .. Enumerable.Repeat((byte)0xff, 32), .. point[33..]];
        byte[][] bad =
        [
            [],
            [0],
            compressed,
            hybrid,
            offCurve,
            beyondField,
            point[..^1],
            [.. point, 0],
            new byte[65],
        ];
        Assert.All(bad, wrong => Refuses(KeyDer.EllipticPublic(curve, wrong), "not an uncompressed point"));
    }

    [Fact]
    public void A_point_of_one_curve_is_not_taken_for_the_other()
    {
        byte[] p256 = SubjectPublicKeyInfoDer.Read(New("EC_P256").SubjectPublicKeyInfo.Span).Key.ToArray();
        byte[] sm2 = SubjectPublicKeyInfoDer.Read(New("EC_SM2").SubjectPublicKeyInfo.Span).Key.ToArray();
        Refuses(KeyDer.EllipticPublic(ObjectIdentifiers.Sm2Curve, p256), "not an uncompressed point");
        Refuses(KeyDer.EllipticPublic(ObjectIdentifiers.P256, sm2), "not an uncompressed point");
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2047)]
    [InlineData(2049)]
    [InlineData(3072)]
    public void RSA_of_another_size_is_refused_by_its_size(int bits)
    {
        byte[] modulus = new byte[(bits + 7) / 8];
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        modulus[^1] = 1;
        Refuses(KeyDer.RsaPublic(modulus, [1, 0, 1]), $"RSA with {bits} bits");
    }

    [Theory]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("02")]
    [InlineData("010000")]
    public void RSA_with_a_bad_exponent_is_refused(string exponent) =>
        Refuses(KeyDer.RsaPublic(RsaFixture.Rsa2048.Modulus!, Convert.FromHexString(exponent)), "public exponent");

    [Fact]
    public void RSA_with_an_even_modulus_is_refused()
    {
        byte[] modulus = [.. RsaFixture.Rsa2048.Modulus!];
        modulus[^1] ^= 1;
        Refuses(KeyDer.RsaPublic(modulus, [1, 0, 1]), "modulus of the RSA key is even");
    }

    [Fact]
    public void Other_structures_are_refused_with_the_way_to_convert()
    {
        using RSA rsa = RSA.Create(RsaFixture.Rsa2048);
        byte[] good = rsa.ExportSubjectPublicKeyInfo();
        byte[][] bad =
        [
            [],
            [0x30, 0x00],
            good[..^1],
            [.. good, 0],
            rsa.ExportRSAPublicKey(),
            rsa.ExportPkcs8PrivateKey(),
        ];
        Assert.All(bad, wrong => Refuses(wrong, "openssl pkey -pubout"));
        Refuses(KeyDer.PublicOf([1, 2, 3], RsaEncryption), "openssl pkey -pubout");
    }

    [Theory]
    [InlineData(ObjectIdentifiers.P384)]
    [InlineData("1.3.132.0.10")]
    public void Another_curve_is_refused_by_its_name(string curve) =>
        Refuses(KeyDer.EllipticPublic(curve, [4, 1, 2]), curve);

    [Theory]
    [InlineData(ObjectIdentifiers.Ed25519)]
    [InlineData(ObjectIdentifiers.RsaPss)]
    [InlineData("1.2.840.10040.4.1")]
    public void Another_algorithm_is_refused_by_its_name(string algorithm) =>
        Refuses(KeyDer.PublicOf(new byte[32], identifier => identifier.WriteObjectIdentifier(algorithm)), algorithm);

    private static void RsaEncryption(AsnWriter identifier)
    {
        identifier.WriteObjectIdentifier(ObjectIdentifiers.RsaEncryption);
        identifier.WriteNull();
    }

    private static void Refuses(byte[] subjectPublicKeyInfo, string reason)
    {
        var refused = Assert.Throws<KeyFormatException>(() => PublicKey.FromSubjectPublicKeyInfo(subjectPublicKeyInfo));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    private static PublicKey New(string name)
    {
        Assert.True(KeySpec.TryParse(name, out var spec));
        if (spec == KeySpec.Rsa2048)
        {
            RSAParameters rsa = RsaFixture.Rsa2048;
            return PublicKey.FromSubjectPublicKeyInfo(KeyDer.RsaPublic(rsa.Modulus!, rsa.Exponent!));
        }

        using PrivateKey key = PrivateKey.Generate(spec);
        return key.PublicKey;
    }
}
