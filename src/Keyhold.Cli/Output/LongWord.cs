using System.Text;

namespace Keyhold.Cli.Output;

/// <summary>
/// Breaks what is wider than a line, so that its rest stays in its column instead of wherever the terminal puts it:
/// behind the last colon or slash of a line, such as before the id in an ARN, else anywhere.
/// </summary>
internal static class LongWord
{
    public static IEnumerable<string> Break(string word, int width)
    {
        var rest = word;
        while (Cells.WidthOf(rest) > width)
        {
            var fitting = LengthOfFitting(rest, width);
            var end = rest.AsSpan(0, fitting).LastIndexOfAny(':', '/') + 1;
            var length = end > 0 ? end : fitting;
            if (length == rest.Length)
            {
                break;
            }

            yield return rest[..length];
            rest = rest[length..];
        }

        yield return rest;
    }

    /// <summary>At least one character, so that even the narrowest terminal comes to an end.</summary>
    private static int LengthOfFitting(string text, int width)
    {
        var (length, taken) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            taken += Cells.WidthOf(rune);
            if (taken > width && length > 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return length;
    }
}
