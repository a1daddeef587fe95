using System.Numerics;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Keys;

/// <summary>What is taken in as a private key and what is refused, with which reason.</summary>
public class PrivateKeyFormatTests
{
    private const string Sm2Order = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123";
    private const string P256Order = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_RSA_key_is_taken_with_and_without_NULL_in_its_algorithm(bool withNull)
    {
        using PrivateKey key = PrivateKey.FromPkcs8(KeyDer.RsaPkcs8(RsaFixture.Rsa2048, withNull));
        Assert.Equal(KeySpec.Rsa2048, key.Spec);
        Assert.Equal(KeyDer.RsaPkcs8(RsaFixture.Rsa2048), key.ExportPkcs8());
    }

    [Theory]
    [InlineData("Modulus")]
    [InlineData("Exponent")]
    [InlineData("D")]
    [InlineData("P")]
    [InlineData("Q")]
    [InlineData("DP")]
    [InlineData("DQ")]
    [InlineData("InverseQ")]
    public void An_RSA_key_with_one_changed_part_is_refused(string part)
    {
        RSAParameters key = RsaFixture.Rsa2048;
        byte[] Changed(byte[]? number, string name) =>
            name.Equals(part, StringComparison.Ordinal)
                ? [.. number!.AsSpan()[..^1], (byte)(number![^1] ^ 2)]
                : number!;
        RSAParameters changed = new()
        {
            Modulus = Changed(key.Modulus, "Modulus"),
            Exponent = Changed(key.Exponent, "Exponent"),
            D = Changed(key.D, "D"),
            P = Changed(key.P, "P"),
            Q = Changed(key.Q, "Q"),
            DP = Changed(key.DP, "DP"),
            DQ = Changed(key.DQ, "DQ"),
            InverseQ = Changed(key.InverseQ, "InverseQ"),
        };
        Refuses(KeyDer.RsaPkcs8(changed), "do not belong together");
    }

    [Fact]
    public void An_RSA_key_of_another_size_is_refused_by_its_size() =>
        Refuses(KeyDer.RsaPkcs8(RsaFixture.Rsa1024), "RSA with 1024 bits");

    [Fact]
    public void An_RSA_key_with_the_exponent_3_is_taken()
    {
        using PrivateKey key = PrivateKey.FromPkcs8(KeyDer.RsaPkcs8(WithExponent(3)));
        byte[] signature = key.Sign(SigningAlgorithm.RsaPkcs1Sha256, MessageType.Raw, [1]);
        Assert.True(key.PublicKey.Verify(SigningAlgorithm.RsaPkcs1Sha256, MessageType.Raw, [1], signature));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("02")]
    [InlineData("010000")]
    [InlineData("010000000000000000000000000000000000000000000000000000000000000001")]
    public void An_RSA_key_with_a_bad_exponent_is_refused_by_it(string exponent)
    {
        RSAParameters key = RsaFixture.Rsa2048;
        key.Exponent = Convert.FromHexString(exponent);
        Refuses(KeyDer.RsaPkcs8(key), "public exponent");
    }

    [Fact]
    public void A_P256_key_is_taken_with_and_without_its_point()
    {
        using PrivateKey key = PrivateKey.Generate(KeySpec.EcP256);
        Bare(key, out byte[] number, out byte[] point);
        TakesAs(key, KeyDer.EllipticPkcs8(ObjectIdentifiers.P256, number));
        TakesAs(key, KeyDer.EllipticPkcs8(ObjectIdentifiers.P256, number, point));
        TakesAs(key, KeyDer.EllipticPkcs8(ObjectIdentifiers.P256, number, point, ObjectIdentifiers.P256));
    }

    [Fact]
    public void An_SM2_key_is_taken_with_and_without_its_point()
    {
        using PrivateKey key = PrivateKey.Generate(KeySpec.EcSm2);
        Bare(key, out byte[] number, out byte[] point);
        TakesAs(key, KeyDer.EllipticPkcs8(ObjectIdentifiers.Sm2Curve, number));
        TakesAs(key, KeyDer.EllipticPkcs8(ObjectIdentifiers.Sm2Curve, number, point));
        TakesAs(key, KeyDer.EllipticPkcs8(ObjectIdentifiers.Sm2Curve, number, point, ObjectIdentifiers.Sm2Curve));
    }

    [Theory]
    [InlineData(ObjectIdentifiers.P256, "EC_P256")]
    [InlineData(ObjectIdentifiers.Sm2Curve, "EC_SM2")]
    public void A_point_of_another_key_or_a_second_curve_is_refused(string curve, string spec)
    {
        Assert.True(KeySpec.TryParse(spec, out var keySpec));
        using PrivateKey key = PrivateKey.Generate(keySpec);
        using PrivateKey other = PrivateKey.Generate(keySpec);
        Bare(key, out byte[] number, out byte[] point);
        Bare(other, out _, out byte[] otherPoint);
        Refuses(KeyDer.EllipticPkcs8(curve, number, otherPoint), "do not belong together");
        Refuses(KeyDer.EllipticPkcs8(curve, number, point[..^1]), "do not belong together");
        Refuses(KeyDer.EllipticPkcs8(curve, number, point, ObjectIdentifiers.P384), "do not belong together");
        Refuses(KeyDer.EllipticPkcs8(curve, number, point, version: 2), "PKCS#8");
        Refuses(KeyDer.EllipticPkcs8(curve, number[1..], point), "PKCS#8");
        Refuses(KeyDer.EllipticPkcs8(curve, [0, .. number], point), "PKCS#8");
    }

    [Theory]
    [InlineData(ObjectIdentifiers.P256, P256Order, 0)]
    [InlineData(ObjectIdentifiers.P256, P256Order, 1)]
    [InlineData(ObjectIdentifiers.Sm2Curve, Sm2Order, 0)]
    [InlineData(ObjectIdentifiers.Sm2Curve, Sm2Order, -1)]
    [InlineData(ObjectIdentifiers.Sm2Curve, Sm2Order, 1)]
    public void A_private_number_beyond_the_order_is_refused(string curve, string order, int beyond) =>
        Refuses(KeyDer.EllipticPkcs8(curve, Number(order, beyond)), "do not belong together");

    [Theory]
    [InlineData(ObjectIdentifiers.P256)]
    [InlineData(ObjectIdentifiers.Sm2Curve)]
    public void The_private_number_0_is_refused(string curve) =>
        Refuses(KeyDer.EllipticPkcs8(curve, new byte[32]), "do not belong together");

    [Theory]
    [InlineData(ObjectIdentifiers.P256, P256Order, -1)]
    [InlineData(ObjectIdentifiers.Sm2Curve, Sm2Order, -2)]
    public void The_largest_private_number_is_taken(string curve, string order, int beyond)
    {
        using PrivateKey key = PrivateKey.FromPkcs8(KeyDer.EllipticPkcs8(curve, Number(order, beyond)));
        SigningAlgorithm algorithm = key.Spec.SigningAlgorithms[0];
        byte[] signature = key.Sign(algorithm, MessageType.Raw, [1]);
        Assert.True(key.PublicKey.Verify(algorithm, MessageType.Raw, [1], signature));
    }

    [Theory]
    [InlineData(ObjectIdentifiers.P384, ObjectIdentifiers.P384)]
    [InlineData("1.3.132.0.10", "1.3.132.0.10")]
    public void A_key_on_another_curve_is_refused_by_its_name(string curve, string expected) =>
        Refuses(KeyDer.EllipticPkcs8(curve, new byte[32]), expected);

    [Fact]
    public void A_key_on_P256_given_by_parameters_is_refused()
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa explicitly = ECDsa.Create(ecdsa.ExportExplicitParameters(includePrivateParameters: true));
        Refuses(explicitly.ExportPkcs8PrivateKey(), "not named");
    }

    [Fact]
    public void Other_forms_of_a_private_key_are_refused_with_the_way_to_convert()
    {
        using RSA rsa = RSA.Create(RsaFixture.Rsa2048);
        Refuses([], "openssl pkcs8");
        Refuses([0x30, 0x00], "openssl pkcs8");
        Refuses(rsa.ExportRSAPrivateKey(), "openssl pkcs8");
        Refuses(rsa.ExportSubjectPublicKeyInfo(), "openssl pkcs8");
        Refuses(System.Text.Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem()), "openssl pkcs8");
        Refuses([.. rsa.ExportPkcs8PrivateKey(), 0], "openssl pkcs8");
        Refuses(rsa.ExportPkcs8PrivateKey()[..^1], "openssl pkcs8");
        var cheap = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1);
        Refuses(rsa.ExportEncryptedPkcs8PrivateKey("p", cheap), "openssl pkcs8");
    }

    [Fact]
    public void A_key_of_another_algorithm_is_refused_by_its_name() =>
        Refuses(
            Convert.FromHexString("302E020100300506032B657004220420" + new string('1', 64)),
            ObjectIdentifiers.Ed25519
        );

    [Theory]
    [InlineData("RSA_2048")]
    [InlineData("EC_P256")]
    [InlineData("EC_SM2")]
    public void No_changed_byte_of_a_key_goes_unnoticed(string spec)
    {
        using PrivateKey key = KeyFixture.New(spec);
        byte[] pkcs8 = key.ExportPkcs8();
        for (int place = 0; place < pkcs8.Length; place++)
        {
            byte[] changed = [.. pkcs8];
            changed[place] ^= 1;
            Assert.Throws<KeyFormatException>(() => PrivateKey.FromPkcs8(changed));
        }
    }

    private static void Refuses(byte[] pkcs8, string reason)
    {
        var refused = Assert.Throws<KeyFormatException>(() => PrivateKey.FromPkcs8(pkcs8));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Null(refused.InnerException);
    }

    private static void TakesAs(PrivateKey expected, byte[] pkcs8)
    {
        using PrivateKey key = PrivateKey.FromPkcs8(pkcs8);
        Assert.Equal(expected.ExportPkcs8(), key.ExportPkcs8());
    }

    private static void Bare(PrivateKey key, out byte[] number, out byte[] point)
    {
        Pkcs8 info = Pkcs8.Read(key.ExportPkcs8());
        EllipticPrivateKeyDer der = EllipticPrivateKeyDer.Read(info);
        number = der.Number.ToArray();
        point = der.PublicPoint.ToArray();
    }

    private static byte[] Number(string order, int beyond)
    {
        var value = new BigInteger(Convert.FromHexString(order), isUnsigned: true, isBigEndian: true) + beyond;
        return value.ToByteArray(isUnsigned: true, isBigEndian: true);
    }

    /// <summary>The same primes under another exponent; new primes where the exponent divides p-1 or q-1.</summary>
    private static RSAParameters WithExponent(int exponent)
    {
        RSAParameters key = RsaFixture.Rsa2048;
        while (true)
        {
            BigInteger p = Unsigned(key.P!);
            BigInteger q = Unsigned(key.Q!);
            BigInteger totient = (p - 1) * (q - 1);
            if (BigInteger.GreatestCommonDivisor(totient, exponent).IsOne)
            {
                BigInteger d = InverseOf(exponent, totient);
                key.Exponent = [(byte)exponent];
                key.D = d.ToByteArray(isUnsigned: true, isBigEndian: true);
                key.DP = (d % (p - 1)).ToByteArray(isUnsigned: true, isBigEndian: true);
                key.DQ = (d % (q - 1)).ToByteArray(isUnsigned: true, isBigEndian: true);
                return key;
            }

            using RSA rsa = RSA.Create(2048);
            key = rsa.ExportParameters(includePrivateParameters: true);
        }
    }

    private static BigInteger InverseOf(BigInteger value, BigInteger modulus)
    {
        (BigInteger a, BigInteger b, BigInteger x, BigInteger y) = (value, modulus, BigInteger.One, BigInteger.Zero);
        while (!b.IsZero)
        {
            BigInteger quotient = BigInteger.Divide(a, b);
            (a, b) = (b, a - (quotient * b));
            (x, y) = (y, x - (quotient * y));
        }

        return ((x % modulus) + modulus) % modulus;
    }

    private static BigInteger Unsigned(byte[] number) => new(number, isUnsigned: true, isBigEndian: true);
}
