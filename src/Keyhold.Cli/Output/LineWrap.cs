using System.Text;

namespace Keyhold.Cli.Output;

/// <summary>
/// Breaks text into lines of a width in columns. What is wider than a line stays whole on a line of its own: ids can be
/// copied. Only long names are broken, behind a comma or between Chinese characters.
/// </summary>
internal static class LineWrap
{
    /// <summary>Breaks at blanks and where the text breaks its lines itself.</summary>
    public static IReadOnlyList<string> Words(string text, int width) =>
        [.. text.Split('\n').SelectMany(line => Wrap(WordsOf(line, width), width))];

    /// <summary>Items two blanks apart, none broken.</summary>
    public static IReadOnlyList<string> Items(IEnumerable<string> items, int width) =>
        [.. Wrap(items.Select(item => new Part("  ", item)), width)];

    /// <param name="Between">What separates it from the one before on the same line.</param>
    private readonly record struct Part(string Between, string Text);

    private static IEnumerable<string> Wrap(IEnumerable<Part> parts, int width)
    {
        var line = "";
        foreach (var part in parts)
        {
            if (line.Length > 0 && Cells.WidthOf(line + part.Between + part.Text) > width)
            {
                yield return line;
                line = part.Text;
            }
            else
            {
                line = line.Length == 0 ? part.Text : line + part.Between + part.Text;
            }
        }

        yield return line;
    }

    private static IEnumerable<Part> WordsOf(string line, int width)
    {
        foreach (var word in line.Split(' '))
        {
            var between = " ";
            foreach (var piece in Cells.WidthOf(word) > width ? PiecesOf(word) : [word])
            {
                yield return new Part(between, piece);
                between = "";
            }
        }
    }

    private static IEnumerable<string> PiecesOf(string word)
    {
        var piece = new StringBuilder();
        Rune? before = null;
        foreach (var rune in word.EnumerateRunes())
        {
            var mayBreak = before is { } last && (last.Value == ',' || (Cells.IsWide(last) && Cells.IsWide(rune)));
            if (mayBreak)
            {
                yield return piece.ToString();
                piece.Clear();
            }

            piece.Append(rune.ToString());
            before = rune;
        }

        yield return piece.ToString();
    }
}
