using System.Formats.Asn1;
using System.Text.Json;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Keys;

public class CfcaEscrowedKeyTests
{
    private const string Head = "0000000000000001000000000000000100000000000000000000000000000000";

    [Fact]
    public void Opens_what_CFCA_returned_in_each_of_its_layouts()
    {
        int seen = 0;
        foreach (JsonElement vector in Sm2Vectors.OfKind("cfca-escrow-key"))
        {
            seen++;
            using PrivateKey recipient = Sm2Vectors.KeyIn(vector, "tmp_private_key");
            using PrivateKey expected = Sm2Vectors.KeyIn(vector, "enc_private_key");

            Assert.True(TryOpen(recipient, vector.GetProperty("encrypted").GetString()!, out var opened));

            using (opened)
            {
                Assert.Equal(expected.ExportPkcs8(), opened!.ExportPkcs8());
            }

            Assert.False(TryOpen(expected, vector.GetProperty("encrypted").GetString()!, out _));
        }

        Assert.Equal(3, seen);
    }

    [Fact]
    public void Does_not_open_what_must_not()
    {
        int seen = 0;
        foreach (JsonElement vector in Sm2Vectors.OfKind("cfca-escrow-key-must-fail"))
        {
            seen++;
            using PrivateKey recipient = Sm2Vectors.KeyIn(vector, "tmp_private_key");
            Assert.False(
                TryOpen(recipient, vector.GetProperty("encrypted").GetString()!, out var opened),
                vector.ToString()
            );
            Assert.Null(opened);
        }

        Assert.Equal(10, seen);
    }

    [Theory]
    [InlineData("MIHG", "MIHG")]
    [InlineData("", "")]
    [InlineData("MI,HG,", "MIHG")]
    [InlineData(Head + "0000000000000004MIHG", "MIHG")]
    [InlineData(Head + "0000000000000009MI,HG,AB,", "MIHGAB")]
    [InlineData(Head + "0000000000000000", "")]
    public void Takes_the_digits_and_commas_away(string text, string expected)
    {
        Assert.True(CfcaEscrowedKey.TryReadText(text, out string? base64));
        Assert.Equal(expected, base64);
    }

    [Theory]
    [InlineData(Head)]
    [InlineData(Head + "000000000000000")]
    [InlineData(Head + "0000000000000005MIHG")]
    [InlineData(Head + "0000000000000003MIHG")]
    [InlineData(Head + "000000000000000xMIHG")]
    [InlineData(Head + "-000000000000004MIHG")]
    [InlineData(Head + "+000000000000004MIHG")]
    [InlineData(Head + "            0004MIHG")]
    [InlineData(Head + "9999999999999999MIHG")]
    public void Digits_that_do_not_fit_the_text_are_refused(string text)
    {
        Assert.False(CfcaEscrowedKey.TryReadText(text, out string? base64));
        Assert.Null(base64);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public void Another_version_is_refused(int version)
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        Assert.True(CfcaEscrowedKey.TryOpen(recipient, Build(recipient, KeyPairOf(key), version: 1), out var opened));
        opened.Dispose();
        Assert.False(CfcaEscrowedKey.TryOpen(recipient, Build(recipient, KeyPairOf(key), version), out _));
    }

    [Fact]
    public void A_key_pair_that_is_none_is_refused()
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        byte[] pair = KeyPairOf(key);
        byte[] changed = [.. pair];
        changed[5] ^= 1;
        Assert.All(
            (byte[][])[changed, pair[1..], [.. pair, 0], pair[64..], [.. pair[..64], .. new byte[32]]],
            wrong => Assert.False(CfcaEscrowedKey.TryOpen(recipient, Build(recipient, wrong, version: 1), out _))
        );
    }

    private static bool TryOpen(PrivateKey recipient, string text, out PrivateKey? key)
    {
        key = null;
        // The server reads base64 strictly, as parameters always are: .NET would pass over blanks.
        if (!CfcaEscrowedKey.TryReadText(text, out string? base64) || base64.Contains(' ', StringComparison.Ordinal))
        {
            return false;
        }

        byte[] der = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, der, out int length)
            && CfcaEscrowedKey.TryOpen(recipient, der.AsSpan(0, length), out key);
    }

    private static byte[] KeyPairOf(PrivateKey key)
    {
        byte[] number = EllipticPrivateKeyDer.Read(Pkcs8.Read(key.ExportPkcs8())).Number.ToArray();
        byte[] point = SubjectPublicKeyInfoDer.Read(key.PublicKey.SubjectPublicKeyInfo.Span).Key.ToArray();
        return [.. point[1..], .. number];
    }

    private static byte[] Build(PrivateKey recipient, byte[] keyPair, int version)
    {
        byte[] ciphertext = Sm2Ciphertexts.JoinedOf(recipient.PublicKey.Encrypt(EncryptionAlgorithm.Sm2Pke, keyPair));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(version);
            writer.WriteOctetString(ciphertext.AsSpan(1));
        }

        return writer.Encode();
    }
}
