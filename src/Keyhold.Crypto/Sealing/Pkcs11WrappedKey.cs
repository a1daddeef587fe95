namespace Keyhold.Crypto.Sealing;

/// <summary>
/// A key encrypted by an AES-256 key in a PKCS#11 token, version 1: CKM_AES_GCM.
/// <code>
///  0         3         4          16
///  +---------+---------+----------+------------+---------+
///  | "KHH"   | version | nonce    | ciphertext | tag     |
///  | 3 bytes | 1       | 12       | as key     | 16      |
///  +---------+---------+----------+------------+---------+
/// </code>
/// Associated data is the first 4 bytes, then the context. The nonce is random, made here, and never all zeros: under
/// that one the key's fingerprint is made.
/// </summary>
internal static class Pkcs11WrappedKey
{
    internal const int HeaderSize = 4;
    internal const int NonceSize = 12;
    internal const int TagSize = 16;
    internal const int Overhead = HeaderSize + NonceSize + TagSize;

    internal static ReadOnlySpan<byte> Header => "KHH\u0001"u8;

    internal static byte[] Join(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> encrypted) =>
        [.. Header, .. nonce, .. encrypted];

    /// <summary><see cref="SealException"/> when it is not of this form.</summary>
    internal static (byte[] Nonce, byte[] Encrypted) Split(ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length < Overhead || !wrapped.StartsWith(Header))
        {
            throw new SealException(
                SealFailure.NotSealed,
                "A key of the ring is not a key wrapped by a PKCS#11 token, version 1: it is cut off, damaged or was "
                    + "written by a newer program. Use that program, or restore the database from a backup."
            );
        }

        return (wrapped.Slice(HeaderSize, NonceSize).ToArray(), wrapped[(HeaderSize + NonceSize)..].ToArray());
    }

    internal static byte[] AssociatedData(ReadOnlySpan<byte> context) => [.. Header, .. context];
}
