using System.Collections.Frozen;
using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// What RFC 4518 takes from Unicode 3.2, read from StringPreparation.txt when the first text beyond ASCII comes. The
/// runtime cannot help: without ICU, as Keyhold runs, string.Normalize gives such texts back as they are.
/// </summary>
internal static class StringPreparationTables
{
    private const string Resource = "Keyhold.Crypto.Certificates.StringPreparation.txt";

    private static readonly List<(int First, int Last)> Prohibited = [];

    static StringPreparationTables()
    {
        var mappings = new Dictionary<int, int[]>();
        var classes = new Dictionary<int, int>();
        var composed = new HashSet<int>();
        using var reader = new StreamReader(
            typeof(StringPreparationTables).Assembly.GetManifestResourceStream(Resource)!
        );
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "#":
                    break;
                case "prohibited":
                    Prohibited.AddRange(words.Skip(1).Select(Range));
                    break;
                case "class":
                    var number = int.Parse(words[1], CultureInfo.InvariantCulture);
                    foreach (var member in words.Skip(2).Select(Range).SelectMany(Members))
                    {
                        classes[member] = number;
                    }
                    break;
                default:
                    ReadMapping(words, mappings, composed);
                    break;
            }
        }
        Mappings = mappings.ToFrozenDictionary();
        Classes = classes.ToFrozenDictionary();
        Composed = composed.ToFrozenSet();
    }

    /// <summary>What a code point becomes; none for those that stay as they are and for Hangul syllables.</summary>
    public static FrozenDictionary<int, int[]> Mappings { get; }

    /// <summary>The canonical combining class, where it is not 0.</summary>
    public static FrozenDictionary<int, int> Classes { get; }

    /// <summary>Those with a mapping that composition would undo.</summary>
    public static FrozenSet<int> Composed { get; }

    /// <summary>Section 2.4, of what is mapped already.</summary>
    public static bool IsProhibited(int codePoint)
    {
        var low = 0;
        var high = Prohibited.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var (first, last) = Prohibited[middle];
            if (codePoint < first)
            {
                high = middle - 1;
            }
            else if (codePoint > last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }
        return false;
    }

    private static void ReadMapping(string[] words, Dictionary<int, int[]> mappings, HashSet<int> composed)
    {
        var source = Range(words[0].TrimEnd('='));
        foreach (var member in Members(source))
        {
            var targets = words.Skip(1).Select(Number).ToArray();
            if (targets.Length > 0)
            {
                targets[0] += member - source.First;
            }
            mappings[member] = targets;
            if (words[0].EndsWith('='))
            {
                composed.Add(member);
            }
        }
    }

    private static (int First, int Last) Range(string text)
    {
        var hyphen = text.IndexOf('-', StringComparison.Ordinal);
        return hyphen < 0 ? (Number(text), Number(text)) : (Number(text[..hyphen]), Number(text[(hyphen + 1)..]));
    }

    private static IEnumerable<int> Members((int First, int Last) range) =>
        Enumerable.Range(range.First, range.Last - range.First + 1);

    private static int Number(string hexadecimal) =>
        int.Parse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
