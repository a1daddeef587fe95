using System.Buffers;

namespace Keyhold.Crypto.Certificates;

/// <summary>The two halves of a mailbox in a certificate (RFC 5280 section 4.2.1.6: Local-part@Domain, nothing around it).</summary>
internal static class MailAddress
{
    private static readonly SearchValues<char> OnlyInQuotes = SearchValues.Create(" \t@<>()\"");

    public static bool TrySplit(ReadOnlySpan<char> mailbox, out ReadOnlySpan<char> local, out ReadOnlySpan<char> host)
    {
        var at = mailbox.LastIndexOf('@');
        local = at > 0 ? mailbox[..at] : default;
        host = at > 0 ? mailbox[(at + 1)..] : default;
        var isQuoted = local.Length > 1 && local[0] == '"' && local[^1] == '"';
        return at > 0
            && (isQuoted || !local.ContainsAny(OnlyInQuotes))
            && (HostName.IsComparable(host) || IsAddressLiteral(host))
            && !HostName.IsWildcard(host);
    }

    private static bool IsAddressLiteral(ReadOnlySpan<char> host) =>
        host.Length > 2 && host[0] == '[' && host[^1] == ']';
}
