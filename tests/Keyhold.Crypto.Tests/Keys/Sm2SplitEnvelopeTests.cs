using System.Security.Cryptography;
using CsCheck;
using Keyhold.Crypto.Algorithms;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Keys;

public class Sm2SplitEnvelopeTests
{
    public static TheoryData<Sm4Mode> Modes => [Sm4Mode.Ecb, Sm4Mode.Cbc];

    [Theory]
    [MemberData(nameof(Modes))]
    public void What_was_wrapped_for_a_key_opens_with_it_and_no_other(Sm4Mode mode)
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var other = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        var (symmetricKey, number) = Sm2SplitEnvelope.Wrap(key, recipient.PublicKey, mode);

        AssertOpens(key, recipient, mode, symmetricKey, number);
        AssertClosed(other, mode, symmetricKey, number);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void The_symmetric_key_may_be_encrypted_in_either_form_with_or_without_its_04(Sm4Mode mode)
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        var (symmetricKey, number) = Sm2SplitEnvelope.Wrap(key, recipient.PublicKey, mode);
        byte[] joined = Sm2Ciphertexts.JoinedOf(symmetricKey);

        AssertOpens(key, recipient, mode, joined, number);
        AssertOpens(key, recipient, mode, joined[1..], number);
        AssertClosed(recipient, mode, joined[2..], number);
        AssertClosed(recipient, mode, joined[..^1], number);
        AssertClosed(recipient, mode, [.. joined, 0], number);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void The_number_may_have_the_zeros_of_GMT_0018_before_it_and_nothing_else(Sm4Mode mode)
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        byte[] number = NumberOf(key);
        var padded = Wrap(recipient, mode, [.. new byte[32], .. number]);
        AssertOpens(key, recipient, mode, padded.SymmetricKey, padded.Number);

        byte[][] wrong =
        [
            [.. number, .. new byte[32]],
            [1, .. new byte[31], .. number],
            [.. number, .. number],
        ];
        Assert.All(
            wrong,
            number =>
            {
                var wrapped = Wrap(recipient, mode, number);
                AssertClosed(recipient, mode, wrapped.SymmetricKey, wrapped.Number);
            }
        );
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122")]
    [InlineData("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123")]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    public void A_number_outside_1_to_n_minus_2_is_no_private_key(string number)
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        var wrapped = Wrap(recipient, Sm4Mode.Ecb, Convert.FromHexString(number));
        AssertClosed(recipient, Sm4Mode.Ecb, wrapped.SymmetricKey, wrapped.Number);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(48)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(80)]
    [InlineData(96)]
    public void Encrypted_numbers_of_another_length_are_refused(int length)
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        var (symmetricKey, _) = Sm2SplitEnvelope.Wrap(key, recipient.PublicKey, Sm4Mode.Ecb);
        AssertClosed(recipient, Sm4Mode.Ecb, symmetricKey, new byte[length]);
        if (length is not (48 or 80))
        {
            AssertClosed(recipient, Sm4Mode.Cbc, symmetricKey, new byte[length]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(24)]
    [InlineData(32)]
    public void Symmetric_keys_of_another_length_are_refused(int length)
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        byte[] symmetricKey = recipient.PublicKey.Encrypt(EncryptionAlgorithm.Sm2Pke, new byte[length]);
        AssertClosed(recipient, Sm4Mode.Ecb, symmetricKey, new byte[32]);
        AssertClosed(recipient, Sm4Mode.Cbc, symmetricKey, new byte[48]);
    }

    [Fact]
    public void Opens_what_OpenSSL_wrapped()
    {
        using var openssl = new OpenSslProgram();
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        byte[] symmetricKey = RandomNumberGenerator.GetBytes(16);
        openssl.Write("recipient", recipient.PublicKey.Pem);
        openssl.Write("symmetric-key", symmetricKey);
        openssl.Write("number", NumberOf(key));
        openssl.Run("pkeyutl", "-encrypt", "-pubin", "-inkey", "recipient", "-in", "symmetric-key", "-out", "first");
        string[] encrypt = ["enc", "-sm4-ecb", "-nopad", "-K", Convert.ToHexString(symmetricKey), "-in", "number"];
        openssl.Run([.. encrypt, "-out", "second"]);

        AssertOpens(key, recipient, Sm4Mode.Ecb, openssl.Read("first"), openssl.Read("second"));
    }

    [Fact]
    public void Whatever_is_sent_never_ends_in_an_exception()
    {
        using var recipient = PrivateKey.Generate(KeySpec.EcSm2);
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        var (symmetricKey, number) = Sm2SplitEnvelope.Wrap(key, recipient.PublicKey, Sm4Mode.Ecb);
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Byte.Array[0, 100], Gen.Bool)
            .Sample(
                (first, second, chained) =>
                {
                    var mode = chained ? Sm4Mode.Cbc : Sm4Mode.Ecb;
                    AssertClosed(recipient, mode, first, second);
                    AssertClosed(recipient, mode, first, number);
                    if (Sm2SplitEnvelope.TryOpen(recipient, mode, symmetricKey, second, out var opened))
                    {
                        // Nothing in this form says whether the number is the right one.
                        opened.Dispose();
                    }
                },
                iter: 300
            );
    }

    private static (byte[] SymmetricKey, byte[] Number) Wrap(PrivateKey recipient, Sm4Mode mode, byte[] number)
    {
        byte[] symmetricKey = RandomNumberGenerator.GetBytes(16);
        byte[] initialBlock = RandomNumberGenerator.GetBytes(16);
        byte[] encrypted = new byte[number.Length];
        if (mode == Sm4Mode.Cbc)
        {
            Sm4.EncryptCbc(symmetricKey, initialBlock, number, encrypted);
            encrypted = [.. initialBlock, .. encrypted];
        }
        else
        {
            Sm4.EncryptEcb(symmetricKey, number, encrypted);
        }

        return (recipient.PublicKey.Encrypt(EncryptionAlgorithm.Sm2Pke, symmetricKey), encrypted);
    }

    private static byte[] NumberOf(PrivateKey key) =>
        EllipticPrivateKeyDer.Read(Pkcs8.Read(key.ExportPkcs8())).Number.ToArray();

    private static void AssertOpens(
        PrivateKey expected,
        PrivateKey recipient,
        Sm4Mode mode,
        byte[] symmetricKey,
        byte[] number
    )
    {
        Assert.True(Sm2SplitEnvelope.TryOpen(recipient, mode, symmetricKey, number, out var opened));
        using (opened)
        {
            Assert.Equal(expected.ExportPkcs8(), opened.ExportPkcs8());
        }
    }

    private static void AssertClosed(PrivateKey recipient, Sm4Mode mode, byte[] symmetricKey, byte[] number)
    {
        Assert.False(Sm2SplitEnvelope.TryOpen(recipient, mode, symmetricKey, number, out var opened));
        Assert.Null(opened);
    }
}
