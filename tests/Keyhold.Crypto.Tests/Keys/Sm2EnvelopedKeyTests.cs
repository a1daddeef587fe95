using System.Formats.Asn1;
using System.Text.Json;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Keys;

public class Sm2EnvelopedKeyTests
{
    private const string Sm4 = "1.2.156.10197.1.104";
    private const string Sm4Ecb = "1.2.156.10197.1.104.1";
    private const string Sm4Cbc = "1.2.156.10197.1.104.2";

    [Fact]
    public void What_was_wrapped_for_a_key_opens_with_it()
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);

        Assert.True(Sm2EnvelopedKey.TryOpen(recipient, Sm2EnvelopedKey.Wrap(key, recipient.PublicKey), out var opened));

        using (opened)
        {
            Assert.Equal(key.ExportPkcs8(), opened.ExportPkcs8());
        }
    }

    [Fact]
    public void It_opens_for_nobody_else()
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var other = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        byte[] enveloped = Sm2EnvelopedKey.Wrap(key, recipient.PublicKey);

        AssertClosed(other, enveloped);
        AssertClosed(key, enveloped);
    }

    [Fact]
    public void With_any_byte_changed_cut_off_or_added_it_does_not_open()
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        byte[] enveloped = Sm2EnvelopedKey.Wrap(key, recipient.PublicKey);
        for (int place = 0; place < enveloped.Length; place++)
        {
            enveloped[place] ^= 1;
            AssertClosed(recipient, enveloped);
            enveloped[place] ^= 1;
            AssertClosed(recipient, enveloped.AsSpan(0, place));
        }

        AssertClosed(recipient, [.. enveloped, 0]);
    }

    [Theory]
    [InlineData(Sm4Ecb, true)]
    [InlineData(Sm4Ecb, false)]
    [InlineData(Sm4, true)]
    [InlineData(Sm4, false)]
    public void The_cipher_is_SM4_with_or_without_its_mode_and_parameters(string cipher, bool withNull)
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);

        byte[] enveloped = Build(recipient, key, cipher, writer => WriteNull(writer, withNull));

        Assert.True(Sm2EnvelopedKey.TryOpen(recipient, enveloped, out var opened));
        opened.Dispose();
    }

    [Theory]
    [InlineData(Sm4Cbc)]
    [InlineData("1.2.156.10197.1.102.1")]
    [InlineData("2.16.840.1.101.3.4.1.1")]
    public void Another_cipher_is_refused(string cipher)
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        AssertClosed(recipient, Build(recipient, key, cipher, writer => writer.WriteNull()));
    }

    [Fact]
    public void Parameters_that_are_not_NULL_are_refused()
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        AssertClosed(recipient, Build(recipient, key, Sm4Ecb, writer => writer.WriteOctetString(new byte[16])));
        AssertClosed(
            recipient,
            Build(
                recipient,
                key,
                Sm4Ecb,
                writer =>
                {
                    writer.WriteNull();
                    writer.WriteNull();
                }
            )
        );
    }

    [Fact]
    public void A_public_key_that_is_another_keys_is_refused()
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        using var other = PrivateKey.Generate(KeySpec.EcSm2);
        AssertClosed(recipient, Build(recipient, key, Sm4Ecb, writer => writer.WriteNull(), other));
    }

    [Fact]
    public void The_damaged_ones_of_others_do_not_open()
    {
        int seen = 0;
        foreach (JsonElement vector in Sm2Vectors.OfKind("enveloped-key-must-fail"))
        {
            seen++;
            using PrivateKey recipient = Sm2Vectors.KeyIn(vector, "d");
            AssertClosed(recipient, Convert.FromHexString(vector.GetProperty("enveloped_hex").GetString()!));
        }

        Assert.Equal(3, seen);
    }

    [Theory]
    [InlineData("RSA_2048")]
    [InlineData("EC_P256")]
    public void Only_SM2_keys_open_and_are_wrapped(string spec)
    {
        using var sm2 = PrivateKey.Generate(KeySpec.EcSm2);
        using PrivateKey other = KeyFixture.New(spec);
        byte[] enveloped = Sm2EnvelopedKey.Wrap(sm2, sm2.PublicKey);
        Assert.Throws<ArgumentException>(() => Sm2EnvelopedKey.TryOpen(other, enveloped, out _));
        Assert.Throws<ArgumentException>(() => Sm2EnvelopedKey.Wrap(other, sm2.PublicKey));
        Assert.Throws<ArgumentException>(() => Sm2EnvelopedKey.Wrap(sm2, other.PublicKey));
    }

    private static void AssertClosed(PrivateKey recipient, ReadOnlySpan<byte> enveloped)
    {
        Assert.False(Sm2EnvelopedKey.TryOpen(recipient, enveloped, out var opened));
        Assert.Null(opened);
    }

    private static byte[] Build(
        PrivateKey recipient,
        PrivateKey key,
        string cipher,
        Action<AsnWriter> writeParameters,
        PrivateKey? stated = null
    )
    {
        var (symmetricKey, number) = Sm2SplitEnvelope.Wrap(key, recipient.PublicKey, Sm4Mode.Ecb);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(cipher);
                writeParameters(writer);
            }

            writer.WriteEncodedValue(symmetricKey);
            writer.WriteBitString(
                SubjectPublicKeyInfoDer.Read((stated ?? key).PublicKey.SubjectPublicKeyInfo.Span).Key
            );
            writer.WriteBitString(number);
        }

        return writer.Encode();
    }

    private static void WriteNull(AsnWriter writer, bool wanted)
    {
        if (wanted)
        {
            writer.WriteNull();
        }
    }
}
