using System.Buffers;

namespace Keyhold.Protocol.Rpc;

/// <summary>
/// Percent-encoding (RFC 3986 section 2.1) and form decoding ('+' is a space). Decoding is strict: a '%' without two
/// hexadecimal digits, of either case, is refused, since what a lenient reader makes of it is not what was signed.
/// </summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<byte> Encoded = SearchValues.Create("%+"u8);

    /// <summary>Destination may be where raw lies, or before it: output never overtakes input.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> raw, Span<byte> destination, out int length, out int badAt)
    {
        length = 0;
        badAt = -1;
        var at = 0;
        while (at < raw.Length)
        {
            var plain = raw[at..].IndexOfAny(Encoded);
            if (plain < 0)
            {
                plain = raw.Length - at;
            }

            raw.Slice(at, plain).CopyTo(destination[length..]);
            length += plain;
            at += plain;
            if (at == raw.Length)
            {
                break;
            }

            if (raw[at] == '+')
            {
                destination[length++] = (byte)' ';
                at++;
                continue;
            }

            if (raw.Length - at < 3 || !TryHex(raw[at + 1], out var high) || !TryHex(raw[at + 2], out var low))
            {
                badAt = at;
                return false;
            }

            destination[length++] = (byte)((high << 4) | low);
            at += 3;
        }

        return true;
    }

    private static bool TryHex(byte digit, out int value)
    {
        value = digit switch
        {
            >= (byte)'0' and <= (byte)'9' => digit - '0',
            >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
            >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
            _ => -1,
        };
        return value >= 0;
    }
}
