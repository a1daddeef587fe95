using System.Buffers;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// The text of a root key file, always <see cref="Size"/> bytes of ASCII with LF:
/// <code>
/// keyhold root key 1
/// key 64 lower-case hex digits
/// sum 16 lower-case hex digits
/// </code>
/// The sum is the first 8 bytes of SHA-256 over the header line and the key; it names damage, it protects nothing.
/// </summary>
internal static class RootKeyText
{
    internal const int KeySize = 32;

    private const int SumSize = 8;

    internal static int Size => Header.Length + KeyLabel.Length + (2 * KeySize) + SumLabel.Length + (2 * SumSize) + 1;

    private static ReadOnlySpan<byte> Header => "keyhold root key 1\n"u8;

    private static ReadOnlySpan<byte> KeyLabel => "key "u8;

    private static ReadOnlySpan<byte> SumLabel => "\nsum "u8;

    /// <summary>The caller clears the text.</summary>
    internal static byte[] Write(ReadOnlySpan<byte> key)
    {
        byte[] text = new byte[Size];
        Span<byte> rest = text;
        Put(ref rest, Header);
        Put(ref rest, KeyLabel);
        PutHex(ref rest, key);
        Put(ref rest, SumLabel);
        Span<byte> sum = stackalloc byte[SumSize];
        Sum(key, sum);
        PutHex(ref rest, sum);
        Put(ref rest, "\n"u8);
        return text;
    }

    /// <summary>Reads the key out of the text, which has <see cref="Size"/> bytes; the reason when it cannot.</summary>
    internal static string? TryRead(ReadOnlySpan<byte> text, Span<byte> key)
    {
        if (!text.StartsWith(Header))
        {
            return "its first line is not \"keyhold root key 1\"";
        }

        Span<byte> sum = stackalloc byte[SumSize];
        Span<byte> expected = stackalloc byte[SumSize];
        ReadOnlySpan<byte> rest = text[Header.Length..];
        if (
            !Take(ref rest, KeyLabel)
            || !TakeHex(ref rest, key)
            || !Take(ref rest, SumLabel)
            || !TakeHex(ref rest, sum)
            || !rest.SequenceEqual("\n"u8)
        )
        {
            return "it is not a line \"key\" with 64 lower-case hex digits and a line \"sum\" with 16";
        }

        Sum(key, expected);
        return CryptographicOperations.FixedTimeEquals(sum, expected) ? null : "its sum does not fit its key";
    }

    private static void Sum(ReadOnlySpan<byte> key, Span<byte> sum)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha256.AppendData(Header);
        sha256.AppendData(key);
        sha256.GetHashAndReset(hash);
        hash[..sum.Length].CopyTo(sum);
    }

    private static void Put(ref Span<byte> rest, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    private static void PutHex(ref Span<byte> rest, scoped ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, rest, out int written);
        rest = rest[written..];
    }

    private static bool Take(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        bool found = rest.StartsWith(expected);
        rest = found ? rest[expected.Length..] : rest;
        return found;
    }

    private static bool TakeHex(ref ReadOnlySpan<byte> rest, scoped Span<byte> destination)
    {
        ReadOnlySpan<byte> digits = rest[..Math.Min(rest.Length, 2 * destination.Length)];
        bool good =
            !digits.ContainsAnyInRange((byte)'A', (byte)'F')
            && Convert.FromHexString(digits, destination, out _, out int written) == OperationStatus.Done
            && written == destination.Length;
        rest = rest[digits.Length..];
        return good;
    }
}
