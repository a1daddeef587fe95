using System.Buffers;
using System.Globalization;
using System.Text;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Prepares the text of a name for comparison without regard to case (RFC 4518 as RFC 5280 section 7.1 wants it): equal
/// results are the same text. The result is fully decomposed instead of composed, which compares alike and needs fewer tables.
/// </summary>
internal static class StringPreparation
{
    private const int FirstMark = 0x300;
    private const int HangulFirst = 0xAC00;
    private const int HangulCount = 11172;
    private const int HangulVowelsAndTails = 588;
    private const int HangulTails = 28;

    /// <summary>Null when it holds a code point that must not be compared as text: unassigned, for private use, or none at all.</summary>
    public static string? Prepare(string text) => Ascii.IsValid(text) ? PrepareAscii(text) : PrepareUnicode(text);

    /// <summary>
    /// Whether it stands for itself and nothing else wherever it stands in a text: preparation would compose it again,
    /// and it joins with no neighbour.
    /// </summary>
    public static bool IsStable(Rune character) =>
        (
            StringPreparationTables.Composed.Contains(character.Value)
            || !StringPreparationTables.Mappings.ContainsKey(character.Value)
        )
        && !StringPreparationTables.IsProhibited(character.Value)
        && !IsCombining(character.Value)
        && character.Value is not (>= 0x1100 and <= 0x11FF);

    private static string PrepareAscii(string text)
    {
        const int Short = 256;
        var rented = text.Length > Short ? ArrayPool<char>.Shared.Rent(text.Length) : null;
        var kept = rented ?? stackalloc char[Short];
        var length = 0;
        var isSpaceDue = false;
        foreach (var character in text)
        {
            if (character is ' ' or (>= '\t' and <= '\r'))
            {
                isSpaceDue = length > 0;
                continue;
            }
            if (char.IsControl(character))
            {
                continue;
            }
            if (isSpaceDue)
            {
                kept[length++] = ' ';
                isSpaceDue = false;
            }
            kept[length++] = char.IsAsciiLetterUpper(character) ? (char)(character | 0x20) : character;
        }
        var prepared = kept[..length].SequenceEqual(text) ? text : new string(kept[..length]);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }
        return prepared;
    }

    private static string? PrepareUnicode(string text)
    {
        var codePoints = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!TryMap(rune.Value, codePoints))
            {
                return null;
            }
        }
        Order(codePoints);
        return WithoutInsignificantSpaces(codePoints);
    }

    /// <summary>Sections 2.2 to 2.4. No mapping has a prohibited target, so what is mapped need not be looked at again.</summary>
    private static bool TryMap(int codePoint, List<int> mapped)
    {
        var hangul = codePoint - HangulFirst;
        if (hangul is >= 0 and < HangulCount)
        {
            mapped.Add(0x1100 + (hangul / HangulVowelsAndTails));
            mapped.Add(0x1161 + (hangul % HangulVowelsAndTails / HangulTails));
            if (hangul % HangulTails is > 0 and var tail)
            {
                mapped.Add(0x11A7 + tail);
            }
            return true;
        }
        if (StringPreparationTables.Mappings.TryGetValue(codePoint, out var targets))
        {
            mapped.AddRange(targets);
            return true;
        }
        mapped.Add(codePoint);
        return !StringPreparationTables.IsProhibited(codePoint);
    }

    /// <summary>Marks on one letter in the order of their classes; of one class they keep theirs. Runs may be long: sorted, not bubbled.</summary>
    private static void Order(List<int> codePoints)
    {
        for (var start = 0; start < codePoints.Count; start++)
        {
            var end = start;
            while (end < codePoints.Count && ClassOf(codePoints[end]) > 0)
            {
                end++;
            }
            if (end - start > 1)
            {
                var ordered = codePoints.GetRange(start, end - start).OrderBy(ClassOf).ToArray();
                for (var i = 0; i < ordered.Length; i++)
                {
                    codePoints[start + i] = ordered[i];
                }
            }
            start = end;
        }
    }

    private static int ClassOf(int codePoint) =>
        codePoint < FirstMark ? 0 : StringPreparationTables.Classes.GetValueOrDefault(codePoint);

    /// <summary>Section 2.6.1: a space with a mark on it is no space.</summary>
    private static string WithoutInsignificantSpaces(List<int> codePoints)
    {
        var kept = new StringBuilder(codePoints.Count);
        var isSpaceDue = false;
        for (var i = 0; i < codePoints.Count; i++)
        {
            if (codePoints[i] == ' ' && !(i + 1 < codePoints.Count && IsCombining(codePoints[i + 1])))
            {
                isSpaceDue = kept.Length > 0;
                continue;
            }
            if (isSpaceDue)
            {
                kept.Append(' ');
                isSpaceDue = false;
            }
            Append(kept, codePoints[i]);
        }
        return kept.ToString();
    }

    private static void Append(StringBuilder text, int codePoint)
    {
        if (codePoint <= char.MaxValue)
        {
            text.Append((char)codePoint);
        }
        else
        {
            text.Append(char.ConvertFromUtf32(codePoint));
        }
    }

    private static bool IsCombining(int codePoint) =>
        CharUnicodeInfo.GetUnicodeCategory(codePoint)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark;
}
