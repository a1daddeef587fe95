using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// A key encrypted by a 256-bit root key: AES-256-GCM.
/// <code>
///  0         3         4          16
///  +---------+---------+----------+------------+---------+
///  | "KHW"   | version | nonce    | ciphertext | tag     |
///  | 3 bytes | 1 or 2  | 12       | as key     | 16      |
///  +---------+---------+----------+------------+---------+
/// </code>
/// Associated data is the first 4 bytes, then the context. The versions differ in the context alone, which the caller
/// gives: see <see cref="KeyRing.ContextOf"/>. Version 2 is written, both are read.
/// </summary>
internal static class WrappedKey
{
    internal const int NonceSize = 12;

    private const int TagSize = 16;
    private const int HeaderSize = 4;
    private const int Overhead = HeaderSize + NonceSize + TagSize;

    private static ReadOnlySpan<byte> Header => "KHW\u0002"u8;

    private static ReadOnlySpan<byte> HeaderOfVersion1 => "KHW\u0001"u8;

    internal static bool IsVersion1(ReadOnlySpan<byte> wrapped) => wrapped.StartsWith(HeaderOfVersion1);

    internal static byte[] Wrap(ReadOnlySpan<byte> rootKey, ReadOnlySpan<byte> context, ReadOnlySpan<byte> key)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        RandomNumberGenerator.Fill(nonce);
        return Wrap(rootKey, nonce, context, key);
    }

    /// <summary>With a given nonce: for known-answer tests. A nonce used twice gives the root key's secrets away.</summary>
    internal static byte[] Wrap(
        ReadOnlySpan<byte> rootKey,
        ReadOnlySpan<byte> dangerousNonce,
        ReadOnlySpan<byte> context,
        ReadOnlySpan<byte> key
    )
    {
        byte[] wrapped = new byte[Overhead + key.Length];
        Header.CopyTo(wrapped);
        dangerousNonce.CopyTo(wrapped.AsSpan(HeaderSize));
        using var gcm = new AesGcm(rootKey, TagSize);
        gcm.Encrypt(
            dangerousNonce,
            key,
            wrapped.AsSpan(HeaderSize + NonceSize, key.Length),
            wrapped.AsSpan(wrapped.Length - TagSize),
            [.. Header, .. context]
        );
        return wrapped;
    }

    internal static byte[] Unwrap(ReadOnlySpan<byte> rootKey, ReadOnlySpan<byte> context, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length < Overhead || !(wrapped.StartsWith(Header) || IsVersion1(wrapped)))
        {
            throw new SealException(
                SealFailure.NotSealed,
                "A key of the ring is not a wrapped key of version 1 or 2: it is cut off, damaged or was written by a newer "
                    + "program. Use that program, or restore the database from a backup."
            );
        }

        byte[] key = new byte[wrapped.Length - Overhead];
        try
        {
            using var gcm = new AesGcm(rootKey, TagSize);
            gcm.Decrypt(
                wrapped.Slice(HeaderSize, NonceSize),
                wrapped[(HeaderSize + NonceSize)..^TagSize],
                wrapped[^TagSize..],
                key,
                [.. wrapped[..HeaderSize], .. context]
            );
            return key;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealException(
                SealFailure.DamagedOrMoved,
                "A key of the ring does not open under the root key: it was changed, or it was wrapped under another id or time. "
                    + "Restore the database from a backup."
            );
        }
    }
}
