using CsCheck;
using Keyhold.Crypto.Sealing;

namespace Keyhold.Crypto.Tests.Sealing;

public class SealedBlobTests
{
    private static readonly SealContext Context = new("certificate-private-key", "1000000000000001", "row-1");
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];
    private static readonly byte[] Nonce = [.. Enumerable.Range(0x40, 12).Select(value => (byte)value)];

    // Never to change: these bytes are what databases hold.
    [Theory]
    [InlineData("", "4b48530101020304404142434445464748494a4b5ecbc05eee6a1da4230140c94750b5f7")]
    [InlineData("a secret", "4b48530101020304404142434445464748494a4b8399dd46454ee277342b819e04dcc3b3bdd4f70b9277bb92")]
    public void Version_1_is_these_bytes_for_ever(string plaintext, string expected)
    {
        byte[] secret = System.Text.Encoding.ASCII.GetBytes(plaintext);
        byte[] blob = SealedBlob.Seal(Key, 0x01020304, Nonce, Context, secret);
        Assert.Equal(expected, Convert.ToHexStringLower(blob));
        Assert.True(SealedBlob.TryReadKeyId(blob, out int keyId));
        Assert.Equal(0x01020304, keyId);
        Assert.True(SealedBlob.TryOpen(Key, Context, blob, out byte[] opened));
        Assert.Equal(secret, opened);
    }

    [Fact]
    public void Any_secret_comes_back_in_its_own_context_only() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.String, Gen.String, Gen.String)
            .Sample(
                (secret, purpose, owner, row) =>
                {
                    var context = new SealContext(purpose, owner, row);
                    byte[] blob = SealedBlob.Seal(Key, 1, context, secret);
                    return blob.Length == secret.Length + SealedBlob.Overhead
                        && SealedBlob.TryOpen(Key, context, blob, out byte[] opened)
                        && opened.SequenceEqual(secret)
                        && !SealedBlob.TryOpen(Key, context with { RowId = row + "0" }, blob, out _);
                },
                iter: 200
            );

    [Fact]
    public void The_same_secret_is_never_sealed_to_the_same_bytes() =>
        Assert.NotEqual(SealedBlob.Seal(Key, 1, Context, [1]), SealedBlob.Seal(Key, 1, Context, [1]));

    [Fact]
    public void No_changed_bit_opens()
    {
        byte[] blob = SealedBlob.Seal(Key, 1, Context, "a secret"u8);
        for (int bit = 0; bit < 8 * blob.Length; bit++)
        {
            byte[] changed = [.. blob];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            bool opens = SealedBlob.TryReadKeyId(changed, out _) && SealedBlob.TryOpen(Key, Context, changed, out _);
            Assert.False(opens, $"bit {bit}");
        }
    }

    [Theory]
    [InlineData("other", "1000000000000001", "row-1")]
    [InlineData("certificate-private-key", "1000000000000002", "row-1")]
    [InlineData("certificate-private-key", "1000000000000001", "row-2")]
    [InlineData("certificate-private-key1", "000000000000001", "row-1")]
    [InlineData("certificate-private-key", "1000000000000001row-1", "")]
    [InlineData("certificate-private-key", "row-1", "1000000000000001")]
    [InlineData("", "", "")]
    public void A_blob_does_not_open_elsewhere(string purpose, string owner, string row)
    {
        byte[] blob = SealedBlob.Seal(Key, 1, Context, "a secret"u8);
        Assert.False(SealedBlob.TryOpen(Key, new SealContext(purpose, owner, row), blob, out byte[] opened));
        Assert.Empty(opened);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(35)]
    public void What_is_shorter_than_an_empty_secret_is_no_blob(int length)
    {
        byte[] blob = SealedBlob.Seal(Key, 1, Context, []);
        Assert.Equal(36, blob.Length);
        Assert.False(SealedBlob.TryReadKeyId(blob.AsSpan(0, length), out _));
    }
}
