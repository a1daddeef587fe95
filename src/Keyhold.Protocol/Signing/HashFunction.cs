using System.Security.Cryptography;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// A hash and its HMAC under the name that ACS3 algorithms carry (<c>ACS3-HMAC-[Name]</c>). Hosts register SM3 this
/// way, since this library holds no crypto library.
/// </summary>
public sealed record HashFunction(string Name, int SizeInBytes, HashFunction.HashData Hash, HashFunction.MacData Mac)
{
    public delegate void HashData(ReadOnlySpan<byte> data, Span<byte> destination);

    public delegate void MacData(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> destination);

    internal const int MaxSizeInBytes = 64;

    public int SizeInBytes { get; } =
        SizeInBytes is > 0 and <= MaxSizeInBytes
            ? SizeInBytes
            : throw new ArgumentOutOfRangeException(nameof(SizeInBytes), SizeInBytes, "Expected 1 to 64 bytes.");

    internal static readonly HashFunction Sha256 = new(
        "SHA256",
        SHA256.HashSizeInBytes,
        static (data, destination) => SHA256.HashData(data, destination),
        static (key, data, destination) => HMACSHA256.HashData(key, data, destination)
    );
}
