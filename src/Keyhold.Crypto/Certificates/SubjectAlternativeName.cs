using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// What the SubjectAlternativeNames of a certificate request may be: at most 10 DNS names (RFC 5280 section 4.2.1.6,
/// RFC 1123 section 2.1; a wildcard as whole left-most label) or IP address literals. Names given twice are folded.
/// </summary>
public static class SubjectAlternativeName
{
    /// <summary>The API's documented limit.</summary>
    public const int MaximumNames = 10;

    private const int MaximumNameLength = 253;
    private const int MaximumLabelLength = 63;

    /// <summary>Checks the names and gives them back without duplicates; IP addresses in their usual spelling.</summary>
    /// <exception cref="NameException">A name breaks a rule; says which, why and what to do.</exception>
    public static IReadOnlyList<string> Parse(IReadOnlyList<string> names)
    {
        if (names.Count > MaximumNames)
        {
            throw new NameException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"found {names.Count} names, at most {MaximumNames} are allowed"
                ),
                "Leave some out, or use a wildcard such as *.example.com."
            );
        }
        return [.. names.Select(Check).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static string Check(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new NameException("found an empty name", "Leave it out.");
        }
        if (IPAddress.TryParse(name, out var address) && IsLiteral(name, address))
        {
            return address.ToString();
        }
        CheckHostName(name);
        return name;
    }

    /// <summary>Full dotted IPv4 or IPv6 without zone and brackets; the parser alone also takes 127.1 and 0x7f000001.</summary>
    private static bool IsLiteral(string name, IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? string.Equals(address.ToString(), name, StringComparison.Ordinal)
            : name.All(character => char.IsAsciiHexDigit(character) || character is ':' or '.');

    private static void CheckHostName(string name)
    {
        if (!name.All(char.IsAscii))
        {
            throw Refusal(name, "contains characters beyond ASCII", "Write the A-label of each such label (xn--...).");
        }
        if (name.Contains("://", StringComparison.Ordinal) || name.Contains('@', StringComparison.Ordinal))
        {
            throw Refusal(name, "is not a host name but a URL or an e-mail address", "Give the host name alone.");
        }
        if (name.EndsWith('.'))
        {
            throw Refusal(name, "ends with a dot", "Remove the dot: certificates carry names without it.");
        }
        if (name.Length > MaximumNameLength)
        {
            throw Refusal(name, "is longer than 253 characters", "Shorten it.");
        }
        var labels = name.Split('.');
        for (var i = 0; i < labels.Length; i++)
        {
            var isWildcard = i == 0 && labels.Length > 1 && labels[0] is "*";
            if (!isWildcard)
            {
                CheckLabel(name, labels[i]);
            }
        }
        if (labels[^1].All(char.IsAsciiDigit))
        {
            throw Refusal(
                name,
                "looks like an IPv4 address but is none",
                "Write four numbers from 0 to 255, or a host name."
            );
        }
    }

    private static void CheckLabel(string name, string label)
    {
        switch (label)
        {
            case "":
                throw Refusal(name, "has an empty label", "Remove the dot too many.");
            case { Length: > MaximumLabelLength }:
                throw Refusal(name, "has a label longer than 63 characters", "Shorten the label.");
            case var _ when label.Contains('*', StringComparison.Ordinal):
                throw Refusal(
                    name,
                    "has a * that is not the whole left-most label before others",
                    "Write it like *.example.com."
                );
            // RFC 5280 wants the preferred name syntax of RFC 1034, and public CAs have to refuse underscores since 2019.
            case var _ when label.Contains('_', StringComparison.Ordinal):
                throw Refusal(name, "contains an underscore, which host names may not", "Use a name with hyphens.");
            case var _ when !label.All(character => char.IsAsciiLetterOrDigit(character) || character == '-'):
                throw Refusal(
                    name,
                    "contains a character other than letters, digits, hyphens and dots",
                    "Give a host name."
                );
            case var _ when label.StartsWith('-') || label.EndsWith('-'):
                throw Refusal(name, "has a label that starts or ends with a hyphen", "Remove the hyphen.");
            case var _ when label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase):
                CheckALabel(name, label);
                break;
        }
    }

    /// <summary>An A-label must be one: Punycode that decodes and encodes back to itself (RFC 5890 section 2.3.2.1).</summary>
    private static void CheckALabel(string name, string label)
    {
        var isALabel = false;
        try
        {
            var idn = new IdnMapping { UseStd3AsciiRules = true };
            var unicode = idn.GetUnicode(label);
            isALabel =
                !unicode.All(char.IsAscii)
                && !unicode.Any(character => char.IsControl(character) || char.IsWhiteSpace(character))
                && string.Equals(idn.GetAscii(unicode), label, StringComparison.OrdinalIgnoreCase);
        }
        catch (ArgumentException)
        {
            // Said below.
        }
        if (!isALabel)
        {
            throw Refusal(
                name,
                "has a label that starts with xn-- but is no A-label",
                "Encode the label anew from its Unicode form."
            );
        }
    }

    private static NameException Refusal(string name, string reason, string remedy) =>
        new($"the name {MessageText.Excerpt(name)} {reason}", remedy);
}
