using Keyhold.Crypto.Sealing;

namespace Keyhold.Crypto.Tests.Sealing;

public class WrappedKeyTests
{
    private static readonly byte[] RootKey = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];
    private static readonly byte[] Nonce = [.. Enumerable.Range(0x40, 12).Select(value => (byte)value)];
    private static readonly byte[] Key = [.. Enumerable.Range(0x80, 32).Select(value => (byte)value)];

    // Never to change: these bytes are what databases hold.
    [Fact]
    public void Version_1_is_these_bytes_for_ever()
    {
        byte[] context = KeyRing.ContextOf(1);
        Assert.Equal("6b6579686f6c642072696e67206b65792000000001", Convert.ToHexStringLower(context));
        byte[] wrapped = Convert.FromHexString(
            "4b485701404142434445464748494a4b62382ca0a2b90184454d9dbd17e99dd4e957c0cf23a099b4efded47e0b8e73440ecfc92304698d70580277d1eb20511e"
        );
        Assert.True(WrappedKey.IsVersion1(wrapped));
        Assert.Equal(Key, WrappedKey.Unwrap(RootKey, context, wrapped));
    }

    // Never to change: these bytes are what databases hold.
    [Fact]
    public void Version_2_is_these_bytes_for_ever()
    {
        byte[] context = KeyRing.ContextOf(1, DateTimeOffset.FromUnixTimeMilliseconds(1795521600000));
        Assert.Equal("6b6579686f6c642072696e67206b65792000000001000001a20d6d5a00", Convert.ToHexStringLower(context));
        byte[] wrapped = WrappedKey.Wrap(RootKey, Nonce, context, Key);
        Assert.Equal(
            "4b485702404142434445464748494a4b62382ca0a2b90184454d9dbd17e99dd4e957c0cf23a099b4efded47e0b8e7344c7b92d68cd898186eac7b1446254debd",
            Convert.ToHexStringLower(wrapped)
        );
        Assert.Equal(Key, WrappedKey.Unwrap(RootKey, context, wrapped));
    }

    [Fact]
    public void A_wrapped_key_opens_only_under_its_root_key_and_context()
    {
        byte[] wrapped = WrappedKey.Wrap(RootKey, "context"u8, Key);
        byte[] otherRoot = [.. RootKey[..^1], 0];
        Assert.Equal(Key, WrappedKey.Unwrap(RootKey, "context"u8, wrapped));
        Assert.Throws<SealException>(() => WrappedKey.Unwrap(RootKey, "contexT"u8, wrapped));
        Assert.Throws<SealException>(() => WrappedKey.Unwrap(RootKey, [], wrapped));
        Assert.Throws<SealException>(() => WrappedKey.Unwrap(otherRoot, "context"u8, wrapped));
        for (int length = 0; length < wrapped.Length; length++)
        {
            Assert.Throws<SealException>(() => WrappedKey.Unwrap(RootKey, "context"u8, wrapped.AsSpan(0, length)));
        }
    }

    [Fact]
    public void No_changed_bit_opens()
    {
        byte[] wrapped = WrappedKey.Wrap(RootKey, "context"u8, Key);
        for (int bit = 0; bit < 8 * wrapped.Length; bit++)
        {
            byte[] changed = [.. wrapped];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<SealException>(() => WrappedKey.Unwrap(RootKey, "context"u8, changed));
        }
    }
}
