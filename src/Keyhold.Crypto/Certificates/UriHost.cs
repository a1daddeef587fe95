using System.Buffers;
using System.Net;

namespace Keyhold.Crypto.Certificates;

/// <summary>The host of a URI in a certificate (RFC 3986 section 3.2): what name constraints look at.</summary>
internal static class UriHost
{
    private static readonly SearchValues<char> NotInAuthority = SearchValues.Create("\\ \t\r\n<>\"^{}|`");

    public static bool HasScheme(ReadOnlySpan<char> uri)
    {
        var colon = uri.IndexOf(':');
        if (colon <= 0 || !char.IsAsciiLetter(uri[0]))
        {
            return false;
        }
        foreach (var character in uri[..colon])
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('+' or '-' or '.'))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>False when there is no host, or when it is an address and not a name.</summary>
    public static bool TryFind(ReadOnlySpan<char> uri, out ReadOnlySpan<char> host)
    {
        host = default;
        var colon = uri.IndexOf(':');
        if (!HasScheme(uri) || !uri[(colon + 1)..].StartsWith("//", StringComparison.Ordinal))
        {
            return false;
        }
        var authority = uri[(colon + 3)..];
        var end = authority.IndexOfAny('/', '?', '#');
        authority = end < 0 ? authority : authority[..end];
        host = authority[(authority.LastIndexOf('@') + 1)..];
        var port = host.EndsWith("]", StringComparison.Ordinal) ? -1 : host.LastIndexOf(':');
        if (
            authority.ContainsAny(NotInAuthority)
            || (port >= 0 && host[(port + 1)..].ContainsAnyExceptInRange('0', '9'))
        )
        {
            // What RFC 3986 does not allow there, programs read in different ways: some take another host.
            return false;
        }
        host = port < 0 ? host : host[..port];
        return HostName.IsComparable(host) && !HostName.IsWildcard(host) && !IPAddress.TryParse(host, out _);
    }
}
