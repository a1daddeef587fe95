using System.Globalization;
using System.Text;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// What stands between the BEGIN and END of a PEM block, decoded: RFC 1421 headers are skipped, blanks and line breaks
/// anywhere are not counted, and what is no base64 is located by its line.
/// </summary>
internal sealed class PemBody(ReadOnlyMemory<char> body, int firstLine)
{
    public static bool IsBase64OrBlank(char character) => IsBase64(character) || character is '=' || IsBlank(character);

    /// <summary>False with the reason, a clause that names the line.</summary>
    public bool TryDecode(out byte[] der, out string reason)
    {
        der = [];
        // A file written twice through a CRLF translation has \r\r\n.
        var lines = body.ToString()
            .Replace("\r\n", "\n", StringComparison.Ordinal)
            .Replace("\r", "", StringComparison.Ordinal)
            .Split('\n');
        var start = SkipHeaders(lines);
        var digits = new StringBuilder(body.Length);
        if (!TryCollect(lines, start, digits, out reason))
        {
            return false;
        }
        var buffer = new byte[digits.Length / 4 * 3];
        if (digits.Length == 0)
        {
            reason = $"the block that begins on line {Number(firstLine)} is empty";
            return false;
        }
        if (digits.Length % 4 != 0 || !Convert.TryFromBase64String(digits.ToString(), buffer, out var length))
        {
            reason =
                $"the base64 in the block that begins on line {Number(firstLine)} has characters missing or too many";
            if (lines.Any(line => line.Trim().AsSpan().ContainsAny(' ', '\t')))
            {
                reason += " (a + may have become a blank on its way: percent-encode the parameter)";
            }
            return false;
        }
        der = buffer[..length];
        return true;
    }

    /// <summary>Headers such as Proc-Type end with a blank line; without one they are damage like any other text.</summary>
    private static int SkipHeaders(string[] lines)
    {
        var first = Array.FindIndex(lines, line => !string.IsNullOrWhiteSpace(line));
        if (first < 0 || !lines[first].Contains(':', StringComparison.Ordinal))
        {
            return 0;
        }
        var end = Array.FindIndex(lines, first, string.IsNullOrWhiteSpace);
        return end < 0 ? 0 : end;
    }

    private bool TryCollect(string[] lines, int start, StringBuilder digits, out string reason)
    {
        var hasPadding = false;
        var padding = 0;
        for (var i = start; i < lines.Length; i++)
        {
            foreach (var character in lines[i])
            {
                if (IsBlank(character))
                {
                    continue;
                }
                padding += character == '=' ? 1 : 0;
                if ((!IsBase64(character) && character != '=') || (hasPadding && character != '=') || padding > 2)
                {
                    reason = $"base64 breaks at line {Number(firstLine + i)}";
                    return false;
                }
                hasPadding |= character == '=';
                digits.Append(character);
            }
        }
        return HasNoStrayBlankLine(lines, start, out reason);
    }

    /// <summary>
    /// A single blank line inside the base64 is where a header would end or where something was lost, and OpenSSL stops
    /// there too; a text with a blank line after each line has merely been copied badly.
    /// </summary>
    private bool HasNoStrayBlankLine(string[] lines, int start, out string reason)
    {
        reason = "";
        var filled = Enumerable
            .Range(start, lines.Length - start)
            .Where(i => !string.IsNullOrWhiteSpace(lines[i]))
            .ToArray();
        var gaps = filled.Zip(filled.Skip(1), (one, next) => (Line: one + 1, Blank: next - one - 1)).ToArray();
        if (gaps.All(gap => gap.Blank == 0) || gaps.All(gap => gap.Blank > 0))
        {
            return true;
        }
        reason = $"base64 breaks at line {Number(firstLine + gaps.First(gap => gap.Blank > 0).Line)}, which is blank";
        return false;
    }

    private static bool IsBase64(char character) => char.IsAsciiLetterOrDigit(character) || character is '+' or '/';

    private static bool IsBlank(char character) => character is ' ' or '\t' or '\r' or '\n' or '\v' or '\f';

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
