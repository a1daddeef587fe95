using System.Buffers.Binary;
using System.Net;

namespace Keyhold.Server.Limits;

/// <summary>
/// Who counts as one source: an IPv4 address, or the /64 network of an IPv6 address, since every single line is given
/// at least that much and could use a new address for each request.
/// </summary>
internal readonly record struct SourceAddress(bool IsIPv6, ulong Network)
{
    public static SourceAddress Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.IsIPv4MappedToIPv6)
        {
            address.TryWriteBytes(bytes, out _);
            return new SourceAddress(IsIPv6: false, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]));
        }

        return address.TryWriteBytes(bytes, out var length) && length == 16
            ? new SourceAddress(IsIPv6: true, BinaryPrimitives.ReadUInt64BigEndian(bytes))
            : new SourceAddress(IsIPv6: false, BinaryPrimitives.ReadUInt32BigEndian(bytes));
    }

    /// <summary>Seeded, unlike a record's own: nobody must be able to pick addresses that collide.</summary>
    public override int GetHashCode() => HashCode.Combine(IsIPv6, Network);
}
