using System.Buffers;

namespace Keyhold.Protocol.Rpc;

/// <summary>Base64 in a parameter; says where it breaks and why that usually happens, and never repeats it.</summary>
internal static class Base64Value
{
    private const string Remedy = "Send standard base64 with padding, without line breaks.";

    private static readonly SearchValues<char> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    );

    public static byte[] Decode(string name, string value, int maximumBytes)
    {
        CheckAlphabet(name, value);
        if (value.Length % 4 != 0)
        {
            throw ApiException.InvalidParameter(
                name,
                $"found {value.Length} characters of base64, which is not a multiple of 4 (is it cut off, or without "
                    + "its '='?)",
                Remedy
            );
        }

        var length =
            (value.Length / 4 * 3)
            - (
                value.EndsWith("==", StringComparison.Ordinal) ? 2
                : value.EndsWith('=') ? 1
                : 0
            );
        if (length > maximumBytes)
        {
            throw ApiException.InvalidParameter(
                name,
                $"found {length} bytes after base64 decoding, at most {maximumBytes} are taken",
                "Send less."
            );
        }

        return Convert.FromBase64String(value);
    }

    private static void CheckAlphabet(string name, string value)
    {
        var text = value.AsSpan().TrimEnd('=');
        if (value.Length - text.Length > 2)
        {
            throw ApiException.InvalidParameter(name, "the base64 ends with more than two '='", Remedy);
        }

        var broken = text.IndexOfAnyExcept(Alphabet);
        if (broken < 0)
        {
            return;
        }

        var reason = text[broken] switch
        {
            ' ' => "a blank (a '+' that was not percent-encoded as %2B arrives as one)",
            '\r' or '\n' => "a line break",
            '-' or '_' => "a '-' or '_', which only base64url has",
            '=' => "a '=' before the end",
            '%' => "a '%' (percent-encoded twice?)",
            _ => "a character that base64 does not have",
        };
        throw ApiException.InvalidParameter(name, $"the base64 breaks at character {broken + 1}: {reason}", Remedy);
    }
}
