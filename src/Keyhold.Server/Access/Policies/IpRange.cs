using System.Globalization;
using System.Net;

namespace Keyhold.Server.Access.Policies;

/// <summary>
/// An IPv4 or IPv6 address or CIDR range (RFC 4632, RFC 4291 section 2.3). IPv4 in IPv6 clothing (::ffff:192.0.2.1) is
/// taken for the IPv4 address that it is, on both sides.
/// </summary>
internal readonly record struct IpRange
{
    private const int MappedPrefix = 96;

    private readonly IPNetwork network;

    private IpRange(IPNetwork network) => this.network = network;

    public bool Contains(IPAddress address) => network.Contains(Normal(address));

    /// <summary>Null and the reason when the text is no address and no range.</summary>
    public static IpRange? Parse(string text, out string reason)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        if (!IsPlain(host) || !IPAddress.TryParse(host, out var address))
        {
            reason = "it is not an IPv4 or IPv6 address, nor a range such as 10.0.0.0/8";
            return null;
        }

        var bits = address.GetAddressBytes().Length * 8;
        var prefix = bits;
        if (
            slash >= 0
            && (
                !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix)
                || prefix > bits
            )
        )
        {
            reason = string.Create(
                CultureInfo.InvariantCulture,
                $"after the slash a number from 0 to {bits} is needed"
            );
            return null;
        }

        if (address.IsIPv4MappedToIPv6 && prefix >= MappedPrefix)
        {
            (address, prefix) = (address.MapToIPv4(), prefix - MappedPrefix);
        }

        if (!IsStartOfRange(address, prefix))
        {
            reason = "the address has bits beyond its prefix, so that it is not clear what is meant";
            return null;
        }

        reason = "";
        return new IpRange(new IPNetwork(address, prefix));
    }

    /// <summary>The address as it is compared: IPv4 wherever it is IPv4, and without the zone of a link.</summary>
    public static IPAddress Normal(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && address.ScopeId != 0
            ? new IPAddress(address.GetAddressBytes())
        : address;

    /// <summary>IPAddress reads 10.1, 0x7f.1 and 010.0.0.1 in ways that people do not expect.</summary>
    private static bool IsPlain(string host) =>
        host.Contains(':', StringComparison.Ordinal)
            ? host.All(character => char.IsAsciiHexDigit(character) || character is ':' or '.')
            : host.Split('.') is { Length: 4 } numbers && numbers.All(IsPlainNumber);

    private static bool IsPlainNumber(string number) =>
        number.Length is > 0 and <= 3 && number.All(char.IsAsciiDigit) && (number.Length == 1 || number[0] != '0');

    private static bool IsStartOfRange(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
        {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
