using System.Text;
using CsCheck;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Keys;

public class PrivateKeyTests
{
    public static TheoryData<string> Specs => [.. KeySpec.All.Select(spec => spec.Name)];

    public static TheoryData<string> Signing => [.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)];

    public static TheoryData<string> Encryption => [.. EncryptionAlgorithm.All.Select(algorithm => algorithm.Name)];

    [Theory]
    [MemberData(nameof(Specs))]
    public void A_key_comes_back_from_its_own_export(string name)
    {
        using PrivateKey key = KeyFixture.New(name);
        using PrivateKey again = PrivateKey.FromPkcs8(key.ExportPkcs8());
        Assert.Equal(key.Spec, again.Spec);
        Assert.Equal(key.ExportPkcs8(), again.ExportPkcs8());
        Assert.Equal(key.PublicKey.SubjectPublicKeyInfo.ToArray(), again.PublicKey.SubjectPublicKeyInfo.ToArray());
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void Two_keys_are_never_the_same(string name)
    {
        Assert.True(KeySpec.TryParse(name, out var spec));
        using PrivateKey one = PrivateKey.Generate(spec);
        using PrivateKey other = PrivateKey.Generate(spec);
        Assert.NotEqual(one.PublicKey.SubjectPublicKeyInfo.ToArray(), other.PublicKey.SubjectPublicKeyInfo.ToArray());
    }

    [Theory]
    [MemberData(nameof(Signing))]
    public void Any_message_verifies_and_with_any_bit_changed_does_not(string name)
    {
        Assert.True(SigningAlgorithm.TryParse(name, out var algorithm));
        using PrivateKey key = KeyFixture.New(algorithm.KeySpec);
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, 10_000])
            .Sample(
                (message, place) =>
                {
                    byte[] signature = key.Sign(algorithm, MessageType.Raw, message);
                    bool good = key.PublicKey.Verify(algorithm, MessageType.Raw, message, signature);
                    byte[] changed = Flip(signature, place);
                    byte[] longer = [.. message, 0];
                    return good
                        && !key.PublicKey.Verify(algorithm, MessageType.Raw, message, changed)
                        && !key.PublicKey.Verify(algorithm, MessageType.Raw, longer, signature);
                },
                iter: 100
            );
    }

    [Theory]
    [MemberData(nameof(Signing))]
    public void Any_digest_verifies_as_digest_and_not_as_message(string name)
    {
        Assert.True(SigningAlgorithm.TryParse(name, out var algorithm));
        using PrivateKey key = KeyFixture.New(algorithm.KeySpec);
        Gen.Byte.Array[32]
            .Sample(
                digest =>
                {
                    byte[] signature = key.Sign(algorithm, MessageType.Digest, digest);
                    return key.PublicKey.Verify(algorithm, MessageType.Digest, digest, signature)
                        && !key.PublicKey.Verify(algorithm, MessageType.Raw, digest, signature);
                },
                iter: 50
            );
    }

    [Theory]
    [MemberData(nameof(Encryption))]
    public void Any_plaintext_comes_back_and_no_changed_ciphertext_opens(string name)
    {
        Assert.True(EncryptionAlgorithm.TryParse(name, out var algorithm));
        using PrivateKey key = KeyFixture.New(algorithm.KeySpec);
        Gen.Select(
                Gen.Byte.Array[algorithm.MinimumPlaintext, Math.Min(400, algorithm.MaximumPlaintext)],
                Gen.Int[0, 10_000]
            )
            .Sample(
                (plaintext, place) =>
                {
                    byte[] ciphertext = key.PublicKey.Encrypt(algorithm, plaintext);
                    return key.TryDecrypt(algorithm, ciphertext, out byte[] opened)
                        && opened.SequenceEqual(plaintext)
                        && !key.TryDecrypt(algorithm, Flip(ciphertext, place), out byte[] nothing)
                        && nothing.Length == 0;
                },
                iter: 50
            );
    }

    [Theory]
    [MemberData(nameof(Encryption))]
    public void The_largest_plaintext_fits_and_one_byte_more_is_refused(string name)
    {
        Assert.True(EncryptionAlgorithm.TryParse(name, out var algorithm));
        using PrivateKey key = KeyFixture.New(algorithm.KeySpec);
        byte[] largest = new byte[algorithm.MaximumPlaintext];
        Array.Fill(largest, (byte)0x5a);
        Assert.True(key.TryDecrypt(algorithm, key.PublicKey.Encrypt(algorithm, largest), out byte[] opened));
        Assert.Equal(largest, opened);

        byte[] tooLarge = [.. largest, 0];
        var refused = Assert.Throws<ArgumentException>(() => key.PublicKey.Encrypt(algorithm, tooLarge));
        Assert.Contains(algorithm.Name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_plaintext_is_encrypted_by_RSA_and_refused_by_SM2()
    {
        using PrivateKey rsa = KeyFixture.New("RSA_2048");
        byte[] ciphertext = rsa.PublicKey.Encrypt(EncryptionAlgorithm.RsaesOaepSha256, []);
        Assert.True(rsa.TryDecrypt(EncryptionAlgorithm.RsaesOaepSha256, ciphertext, out byte[] opened));
        Assert.Empty(opened);

        using PrivateKey sm2 = KeyFixture.New("EC_SM2");
        Assert.Throws<ArgumentException>(() => sm2.PublicKey.Encrypt(EncryptionAlgorithm.Sm2Pke, []));
    }

    [Theory]
    [MemberData(nameof(Encryption))]
    public void What_is_no_ciphertext_fails_like_every_other(string name)
    {
        Assert.True(EncryptionAlgorithm.TryParse(name, out var algorithm));
        using PrivateKey key = KeyFixture.New(algorithm.KeySpec);
        using PrivateKey other = PrivateKey.Generate(algorithm.KeySpec);
        byte[] good = key.PublicKey.Encrypt(algorithm, "secret"u8);
        byte[][] bad =
        [
            [],
            [0],
            [0x30],
            [0x30, 0x00],
            good[..^1],
            [.. good, 0],
            new byte[good.Length],
            other.PublicKey.Encrypt(algorithm, "secret"u8),
            Encoding.ASCII.GetBytes(new string('A', 256)),
        ];
        Assert.All(
            bad,
            ciphertext =>
            {
                Assert.False(key.TryDecrypt(algorithm, ciphertext, out byte[] plaintext));
                Assert.Empty(plaintext);
            }
        );
    }

    [Theory]
    [InlineData("RSA_2048", "ECDSA_SHA_256")]
    [InlineData("RSA_2048", "SM2DSA")]
    [InlineData("EC_P256", "RSA_PKCS1_SHA_256")]
    [InlineData("EC_P256", "SM2DSA")]
    [InlineData("EC_SM2", "ECDSA_SHA_256")]
    public void A_signing_algorithm_of_another_spec_is_refused(string spec, string name)
    {
        Assert.True(SigningAlgorithm.TryParse(name, out var algorithm));
        using PrivateKey key = KeyFixture.New(spec);
        Assert.Throws<ArgumentException>(() => key.Sign(algorithm, MessageType.Raw, [1]));
        Assert.Throws<ArgumentException>(() => key.PublicKey.Verify(algorithm, MessageType.Raw, [1], [1]));
    }

    [Theory]
    [InlineData("RSA_2048", "SM2PKE")]
    [InlineData("EC_P256", "RSAES_OAEP_SHA_1")]
    [InlineData("EC_P256", "SM2PKE")]
    [InlineData("EC_SM2", "RSAES_OAEP_SHA_256")]
    public void An_encryption_algorithm_of_another_spec_is_refused(string spec, string name)
    {
        Assert.True(EncryptionAlgorithm.TryParse(name, out var algorithm));
        using PrivateKey key = KeyFixture.New(spec);
        Assert.Throws<ArgumentException>(() => key.PublicKey.Encrypt(algorithm, [1]));
        Assert.Throws<ArgumentException>(() => key.TryDecrypt(algorithm, [1], out _));
    }

    [Theory]
    [MemberData(nameof(Signing))]
    public void A_digest_of_the_wrong_size_is_not_signed_and_does_not_verify(string name)
    {
        Assert.True(SigningAlgorithm.TryParse(name, out var algorithm));
        using PrivateKey key = KeyFixture.New(algorithm.KeySpec);
        byte[] signature = key.Sign(algorithm, MessageType.Digest, new byte[32]);
        foreach (int size in (int[])[0, 20, 31, 33, 64])
        {
            Assert.Throws<ArgumentException>(() => key.Sign(algorithm, MessageType.Digest, new byte[size]));
            Assert.False(key.PublicKey.Verify(algorithm, MessageType.Digest, new byte[size], signature));
        }
    }

    [Theory]
    [MemberData(nameof(Signing))]
    public void What_is_no_signature_does_not_verify(string name)
    {
        Assert.True(SigningAlgorithm.TryParse(name, out var algorithm));
        using PrivateKey key = KeyFixture.New(algorithm.KeySpec);
        using PrivateKey other = PrivateKey.Generate(algorithm.KeySpec);
        byte[] good = key.Sign(algorithm, MessageType.Raw, [1]);
        byte[][] bad =
        [
            [],
            [0x30, 0x00],
            good[..^1],
            [.. good, 0],
            [0, .. good],
            new byte[good.Length],
            other.Sign(algorithm, MessageType.Raw, [1]),
        ];
        Assert.All(bad, signature => Assert.False(key.PublicKey.Verify(algorithm, MessageType.Raw, [1], signature)));
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void Nothing_works_after_disposal(string name)
    {
        PrivateKey key = KeyFixture.New(name);
        SigningAlgorithm signing = key.Spec.SigningAlgorithms[0];
        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Sign(signing, MessageType.Raw, [1]));
        Assert.Throws<ObjectDisposedException>(() => key.ExportPkcs8());
        Assert.Throws<ObjectDisposedException>(() => key.ExportEncryptedPkcs8("passphrase"));
        foreach (EncryptionAlgorithm encryption in key.Spec.EncryptionAlgorithms)
        {
            byte[] ciphertext = key.PublicKey.Encrypt(encryption, [1]);
            Assert.Throws<ObjectDisposedException>(() => key.TryDecrypt(encryption, ciphertext, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Signing))]
    public void Many_threads_share_one_key(string name)
    {
        Assert.True(SigningAlgorithm.TryParse(name, out var algorithm));
        using PrivateKey key = KeyFixture.New(algorithm.KeySpec);
        int failures = 0;
        var threads = Enumerable
            .Range(0, 8)
            .Select(number => new Thread(() =>
            {
                for (int round = 0; round < 60; round++)
                {
                    byte[] message = [(byte)number, (byte)round];
                    byte[] signature = key.Sign(algorithm, MessageType.Raw, message);
                    bool good = key.PublicKey.Verify(algorithm, MessageType.Raw, message, signature);
                    bool bad = key.PublicKey.Verify(algorithm, MessageType.Raw, [.. message, 0], signature);
                    if (!good || bad)
                    {
                        Interlocked.Increment(ref failures);
                    }
                }
            }))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(0, failures);
    }

    [Theory]
    [MemberData(nameof(Encryption))]
    public void Many_threads_decrypt_with_one_key(string name)
    {
        Assert.True(EncryptionAlgorithm.TryParse(name, out var algorithm));
        using PrivateKey key = KeyFixture.New(algorithm.KeySpec);
        int failures = 0;
        Parallel.For(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            number =>
            {
                byte[] plaintext = BitConverter.GetBytes(number);
                byte[] ciphertext = key.PublicKey.Encrypt(algorithm, plaintext);
                if (!key.TryDecrypt(algorithm, ciphertext, out byte[] opened) || !opened.SequenceEqual(plaintext))
                {
                    Interlocked.Increment(ref failures);
                }
            }
        );
        Assert.Equal(0, failures);
    }

    private static byte[] Flip(byte[] bytes, int place)
    {
        byte[] changed = [.. bytes];
        changed[place % bytes.Length] ^= (byte)(1 << (place % 8));
        return changed;
    }
}
