namespace Keyhold.Server.Access.Policies;

/// <summary>
/// A pattern of RAM: <c>*</c> is any text, also none, <c>?</c> is any one character. Taken apart once; matching goes
/// through the text from left to right, never back over an asterisk, and allocates nothing.
/// </summary>
internal sealed class Wildcard
{
    private readonly StringComparison comparison;

    /// <summary>What stands between the asterisks.</summary>
    private readonly string[] parts;

    public Wildcard(string pattern, bool ignoreCase)
    {
        Pattern = pattern;
        comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        parts = pattern.Split('*');
    }

    public string Pattern { get; }

    public bool Matches(ReadOnlySpan<char> text)
    {
        var first = parts[0];
        if (parts.Length == 1)
        {
            return text.Length == first.Length && StartsWith(text, first);
        }

        var last = parts[^1];
        if (text.Length < first.Length + last.Length || !StartsWith(text, first))
        {
            return false;
        }

        var end = text.Length - last.Length;
        if (!StartsWith(text[end..], last))
        {
            return false;
        }

        // The leftmost place for each part leaves most for those after it, so no place is ever tried again.
        var rest = text[first.Length..end];
        for (var part = 1; part < parts.Length - 1; part++)
        {
            var at = IndexOf(rest, parts[part]);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + parts[part].Length)..];
        }

        return true;
    }

    private int IndexOf(ReadOnlySpan<char> text, string part)
    {
        if (!part.Contains('?', StringComparison.Ordinal))
        {
            return text.IndexOf(part, comparison);
        }

        for (var at = 0; at + part.Length <= text.Length; at++)
        {
            if (StartsWith(text[at..], part))
            {
                return at;
            }
        }

        return -1;
    }

    private bool StartsWith(ReadOnlySpan<char> text, string part)
    {
        if (text.Length < part.Length)
        {
            return false;
        }

        if (!part.Contains('?', StringComparison.Ordinal))
        {
            return text.StartsWith(part, comparison);
        }

        for (var at = 0; at < part.Length; at++)
        {
            if (part[at] != '?' && !text.Slice(at, 1).Equals(part.AsSpan(at, 1), comparison))
            {
                return false;
            }
        }

        return true;
    }
}
