using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Keyhold.Crypto.Keys;

/// <summary>SM3 (GB/T 32905) and HMAC with SM3 (RFC 2104): 32 bytes into the destination.</summary>
public static class Sm3
{
    public const int SizeInBytes = 32;

    public static void HashData(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        CheckDestination(destination);
        var digest = new SM3Digest();
        digest.BlockUpdate(data);
        digest.DoFinal(destination);
    }

    public static void Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> destination)
    {
        CheckDestination(destination);
        var mac = new HMac(new SM3Digest());
        mac.Init(new KeyParameter(key));
        mac.BlockUpdate(data);
        mac.DoFinal(destination);
    }

    private static void CheckDestination(Span<byte> destination)
    {
        if (destination.Length < SizeInBytes)
        {
            throw new ArgumentException(
                $"The destination has {destination.Length} bytes, SM3 needs {SizeInBytes}.",
                nameof(destination)
            );
        }
    }
}
