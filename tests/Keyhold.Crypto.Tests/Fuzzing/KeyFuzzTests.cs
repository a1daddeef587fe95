using System.Security.Cryptography;
using System.Text;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Certificates;
using Keyhold.Tests.Fuzzing;

namespace Keyhold.Crypto.Tests.Fuzzing;

/// <summary>Everything that reads keys from outside, and the envelopes that they come in.</summary>
public class KeyFuzzTests
{
    private const string Passphrase = "correct horse";
    private static readonly PrivateKey[] Keys = [.. KeySpec.All.Select(PrivateKey.Generate)];
    private static readonly PrivateKey Recipient = PrivateKey.Generate(KeySpec.EcSm2);
    private static readonly PrivateKey Wrapped = PrivateKey.Generate(KeySpec.EcSm2);

    [Fact]
    public void Private_keys_in_PKCS_8() =>
        Fuzz.Run(
            5_000,
            [.. Keys.Select(key => key.ExportPkcs8())],
            der => PrivateKey.FromPkcs8(der).Dispose(),
            typeof(KeyFormatException)
        );

    [Fact]
    public void Public_keys() =>
        Fuzz.Run(
            10_000,
            [.. Keys.Select(key => key.PublicKey.SubjectPublicKeyInfo.ToArray())],
            der => _ = PublicKey.FromSubjectPublicKeyInfo(der).KeyIdentifier,
            typeof(KeyFormatException)
        );

    [Fact]
    public void Ciphertexts_do_not_decrypt_and_do_nothing_else()
    {
        foreach (var key in Keys)
        {
            foreach (var algorithm in EncryptionAlgorithm.All.Where(algorithm => algorithm.KeySpec == key.Spec))
            {
                var good = key.PublicKey.Encrypt(algorithm, "a message"u8);
                Fuzz.Run(1_000, [good], ciphertext => _ = key.TryDecrypt(algorithm, ciphertext, out _));
            }
        }
    }

    [Fact]
    public void Signatures_do_not_verify_and_do_nothing_else()
    {
        foreach (var key in Keys)
        {
            foreach (var algorithm in SigningAlgorithm.All.Where(algorithm => algorithm.KeySpec == key.Spec))
            {
                var good = key.Sign(algorithm, MessageType.Raw, "a message"u8);
                Fuzz.Run(
                    1_000,
                    [good],
                    signature =>
                        Assert.True(
                            signature.AsSpan().SequenceEqual(good)
                                || !key.PublicKey.Verify(algorithm, MessageType.Raw, "a message"u8, signature)
                        )
                );
            }
        }
    }

    [Fact]
    public void Enveloped_keys() =>
        Fuzz.Run(
            4_000,
            [Sm2EnvelopedKey.Wrap(Wrapped, Recipient.PublicKey)],
            der => Opened(Sm2EnvelopedKey.TryOpen(Recipient, der, out var key), key)
        );

    [Fact]
    public void Escrowed_keys() =>
        Fuzz.Run(
            4_000,
            [Sm2EnvelopedKey.Wrap(Wrapped, Recipient.PublicKey), Wrapped.ExportPkcs8()],
            der =>
            {
                Opened(CfcaEscrowedKey.TryOpen(Recipient, der, out var key), key);
                _ = CfcaEscrowedKey.TryReadText(Encoding.Latin1.GetString(der), out _);
            }
        );

    [Fact]
    public void PKCS_12_files_with_a_good_MAC_over_broken_content() =>
        Fuzz.Run(
            8_000,
            [Pkcs12Seeds.SafeWithPlainKey(), Pkcs12Seeds.SafeWithShroudedKey(Passphrase)],
            content => Pkcs12File.Read(Pkcs12Seeds.FileOf(content, Passphrase), Passphrase).Key.Dispose(),
            typeof(Pkcs12Exception)
        );

    [Fact]
    public void PKCS_12_files() =>
        Fuzz.Run(
            6_000,
            [
                Pkcs12Seeds.FileOf(Pkcs12Seeds.SafeWithPlainKey(), Passphrase),
                Pkcs12Seeds.FileOf(Pkcs12Seeds.SafeWithShroudedKey(Passphrase), Passphrase),
            ],
            file => Pkcs12File.Read(file, Passphrase).Key.Dispose(),
            typeof(Pkcs12Exception)
        );

    private static void Opened(bool opened, PrivateKey? key)
    {
        Assert.Equal(opened, key is not null);
        key?.Dispose();
    }
}
