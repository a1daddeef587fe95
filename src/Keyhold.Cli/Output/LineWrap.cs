namespace Keyhold.Cli.Output;

/// <summary>Breaks text into lines of a width. What is wider than a line stays whole on a line of its own: ids can be copied.</summary>
internal static class LineWrap
{
    /// <summary>Breaks at blanks and where the text breaks its lines itself.</summary>
    public static IReadOnlyList<string> Words(string text, int width) =>
        [.. text.Split('\n').SelectMany(line => Wrap(line.Split(' '), " ", width))];

    /// <summary>Items two blanks apart, none broken.</summary>
    public static IReadOnlyList<string> Items(IEnumerable<string> items, int width) => [.. Wrap(items, "  ", width)];

    private static IEnumerable<string> Wrap(IEnumerable<string> parts, string between, int width)
    {
        var line = "";
        foreach (var part in parts)
        {
            if (line.Length > 0 && line.Length + between.Length + part.Length > width)
            {
                yield return line;
                line = part;
            }
            else
            {
                line = line.Length == 0 ? part : line + between + part;
            }
        }

        yield return line;
    }
}
