using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// The form of a long content under a key that is used for nothing else: AES-256-GCM (NIST SP 800-38D) in chunks.
/// <code>
///  +--------------------------------+------------+---------+
///  | last: 1 bit | length: 31 bits  | ciphertext | tag     |   a chunk; each but the last is full
///  | 4 bytes, big-endian            | as length  | 16      |
///  +--------------------------------+------------+---------+
/// </code>
/// The nonce is the chunk's number from 0 on, 12 bytes big-endian. Associated data is what the caller gives, then the 4
/// bytes before the ciphertext. So a chunk opens at its own place of its own content alone, and a cut end shows.
/// </summary>
internal static class SealedStream
{
    internal const int KeySize = 32;
    internal const int ChunkSize = 64 * 1024;
    internal const int HeadSize = 4;
    internal const int TagSize = 16;
    internal const int NonceSize = 12;

    private const uint LastBit = 0x8000_0000;

    internal static void WriteHead(Span<byte> head, int length, bool isLast) =>
        BinaryPrimitives.WriteUInt32BigEndian(head, (uint)length | (isLast ? LastBit : 0));

    /// <summary>False when no chunk begins so.</summary>
    internal static bool TryReadHead(ReadOnlySpan<byte> head, out int length, out bool isLast)
    {
        var word = BinaryPrimitives.ReadUInt32BigEndian(head);
        isLast = (word & LastBit) != 0;
        length = (int)(word & ~LastBit);
        return isLast ? length <= ChunkSize : length == ChunkSize;
    }

    internal static void WriteNonce(Span<byte> nonce, long number)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[(NonceSize - sizeof(long))..], number);
    }

    internal static AesGcm CipherOf(ReadOnlySpan<byte> key) =>
        key.Length == KeySize
            ? new AesGcm(key, TagSize)
            : throw new ArgumentException($"The key has {key.Length} bytes; expected {KeySize}.", nameof(key));
}
