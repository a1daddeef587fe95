namespace Keyhold.Crypto.Certificates;

/// <summary>The forms of host names in certificates (RFC 1034 section 3.5, RFC 5280 section 4.2.1.6).</summary>
internal static class HostName
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    /// <summary>Letters, digits and hyphens in labels, and no address in disguise; a wildcard as whole first label will do.</summary>
    public static bool IsPreferredSyntax(ReadOnlySpan<char> name)
    {
        var rest = WithoutWildcard(name);
        return HasLabels(rest, allowUnderscore: false) && !EndsInNumber(rest);
    }

    /// <summary>Whether it can be told which names it stands for: as above, but underscores are seen in the wild.</summary>
    public static bool IsComparable(ReadOnlySpan<char> name) => HasLabels(WithoutWildcard(name), allowUnderscore: true);

    public static bool IsWildcard(ReadOnlySpan<char> name) => name.StartsWith("*.", StringComparison.Ordinal);

    public static ReadOnlySpan<char> WithoutWildcard(ReadOnlySpan<char> name) => IsWildcard(name) ? name[2..] : name;

    /// <summary>Whether it is the domain itself or below it.</summary>
    public static bool IsWithin(ReadOnlySpan<char> name, ReadOnlySpan<char> domain) =>
        domain.IsEmpty || name.Equals(domain, StringComparison.OrdinalIgnoreCase) || IsBelow(name, domain);

    /// <summary>Whether it has at least one label more than the domain.</summary>
    public static bool IsBelow(ReadOnlySpan<char> name, ReadOnlySpan<char> domain) =>
        name.Length > domain.Length + 1
        && name[^(domain.Length + 1)] == '.'
        && name.EndsWith(domain, StringComparison.OrdinalIgnoreCase);

    private static bool HasLabels(ReadOnlySpan<char> name, bool allowUnderscore)
    {
        if (name.Length is 0 or > LongestName)
        {
            return false;
        }
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.Length is 0 or > LongestLabel || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }
            foreach (var character in label)
            {
                if (!char.IsAsciiLetterOrDigit(character) && character != '-' && !(allowUnderscore && character == '_'))
                {
                    return false;
                }
            }
        }
        return true;
    }

    /// <summary>No top-level domain is a number, so a name that ends in one is an IPv4 address.</summary>
    private static bool EndsInNumber(ReadOnlySpan<char> name) =>
        !name[(name.LastIndexOf('.') + 1)..].ContainsAnyExceptInRange('0', '9');
}
