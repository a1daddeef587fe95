using System.Text;

namespace Keyhold.Cli.Output;

/// <summary>How wide text is on a terminal, where Chinese, Japanese and Korean characters take two columns.</summary>
internal static class Cells
{
    /// <summary>The wide and full-width ranges of Unicode's East Asian Width (UAX #11), in blocks.</summary>
    private static readonly (int First, int Last)[] WideRanges =
    [
        (0x1100, 0x115F),
        (0x2E80, 0x303E),
        (0x3041, 0xA4CF),
        (0xA960, 0xA97F),
        (0xAC00, 0xD7A3),
        (0xF900, 0xFAFF),
        (0xFE30, 0xFE6F),
        (0xFF00, 0xFF60),
        (0xFFE0, 0xFFE6),
        (0x1F300, 0x1FAFF),
        (0x20000, 0x3FFFD),
    ];

    public static int WidthOf(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += WidthOf(rune);
        }

        return width;
    }

    public static int WidthOf(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.EnclosingMark
                or System.Globalization.UnicodeCategory.Format
            ? 0
        : IsWide(rune) ? 2
        : 1;

    public static bool IsWide(Rune rune) =>
        Array.Exists(WideRanges, range => rune.Value >= range.First && rune.Value <= range.Last);
}
