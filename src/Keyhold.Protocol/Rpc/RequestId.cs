using System.Security.Cryptography;

namespace Keyhold.Protocol.Rpc;

/// <summary>Ids of requests: version 4 UUIDs (RFC 9562 section 5.4) in lower case, as KMS itself writes them.</summary>
public static class RequestId
{
    public static string New()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }
}
