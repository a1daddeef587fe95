using System.Text;

namespace Keyhold.Protocol.Answers;

/// <summary>
/// Finds PEM private keys (RFC 7468 sections 10 and 11, and the older labels) in text: for refusal, and for redaction
/// from log, audit and the echoed string to sign. Reads plain text, form encoding and percent-encoding any number of
/// times over.
/// </summary>
public static class PrivateKeyLeak
{
    private const string Mark = "PRIVATE";
    private const string Replacement = "[PRIVATE KEY REDACTED]";

    // The longest label in use is "ENCRYPTED PRIVATE KEY"; each blank may be encoded several times over.
    private const int MaxLabelCharacters = 120;

    public static bool IsIn(string text) => Next(text, 0, out _, out _);

    /// <summary>
    /// From BEGIN to END, both included; without an END everything behind BEGIN, since where the key stops is unknown.
    /// </summary>
    public static string Redact(string text)
    {
        if (!Next(text, 0, out var start, out var bodyStart))
        {
            return text;
        }

        var redacted = new StringBuilder(text.Length);
        var at = 0;
        do
        {
            redacted.Append(text, at, start - at).Append(Replacement);
            at = EndOf(text, bodyStart);
        } while (Next(text, at, out start, out bodyStart));

        return redacted.Append(text, at, text.Length - at).ToString();
    }

    private static bool Next(string text, int from, out int start, out int bodyStart)
    {
        for (
            var mark = text.IndexOf(Mark, from, StringComparison.OrdinalIgnoreCase);
            mark >= 0;
            mark = text.IndexOf(Mark, mark + Mark.Length, StringComparison.OrdinalIgnoreCase)
        )
        {
            bodyStart = AfterKey(text, mark + Mark.Length);
            if (bodyStart >= 0 && StartOfLabel(text, from, mark, "BEGIN") is var begin and >= 0)
            {
                start = begin;
                return true;
            }
        }

        start = -1;
        bodyStart = -1;
        return false;
    }

    private static int EndOf(string text, int from)
    {
        for (
            var mark = text.IndexOf(Mark, from, StringComparison.OrdinalIgnoreCase);
            mark >= 0;
            mark = text.IndexOf(Mark, mark + Mark.Length, StringComparison.OrdinalIgnoreCase)
        )
        {
            var afterKey = AfterKey(text, mark + Mark.Length);
            if (afterKey >= 0 && StartOfLabel(text, from, mark, "END") >= 0)
            {
                while (afterKey < text.Length && text[afterKey] == '-')
                {
                    afterKey++;
                }

                return afterKey;
            }
        }

        return text.Length;
    }

    /// <summary>Behind blanks and "KEY", or -1.</summary>
    private static int AfterKey(string text, int at)
    {
        var key = SkipBlanks(text, at);
        return key > at && string.Compare(text, key, "KEY", 0, 3, StringComparison.OrdinalIgnoreCase) == 0
            ? key + 3
            : -1;
    }

    /// <summary>Where the dashes before "BEGIN" (or "END") stand, if that word opens the label which ends at mark.</summary>
    private static int StartOfLabel(string text, int from, int mark, string word)
    {
        var window = Math.Max(from, mark - MaxLabelCharacters);
        var at = text.LastIndexOf(
            word,
            Math.Max(mark - 1, 0),
            Math.Max(mark - window, 0),
            StringComparison.OrdinalIgnoreCase
        );
        if (at < 0)
        {
            return -1;
        }

        for (var index = at + word.Length; index < mark; )
        {
            var next = SkipBlanks(text, index);
            if (next > index)
            {
                index = next;
            }
            else if (char.IsAsciiLetterOrDigit(text[index]))
            {
                index++;
            }
            else
            {
                return -1;
            }
        }

        while (at > from && text[at - 1] == '-')
        {
            at--;
        }

        return at;
    }

    /// <summary>Blanks as such, as '+', or as %20 or %2B however many times encoded (%2520, %252520 ...).</summary>
    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '+' or '\t')
            {
                at++;
                continue;
            }

            if (text[at] != '%')
            {
                break;
            }

            var code = at + 1;
            while (string.CompareOrdinal(text, code, "25", 0, 2) == 0)
            {
                code += 2;
            }

            if (
                string.CompareOrdinal(text, code, "20", 0, 2) != 0
                && string.Compare(text, code, "2B", 0, 2, StringComparison.OrdinalIgnoreCase) != 0
            )
            {
                break;
            }

            at = code + 2;
        }

        return at;
    }
}
