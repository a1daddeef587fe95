using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// The stored form of a secret, version 1: AES-256-GCM (NIST SP 800-38D).
/// <code>
///  0         3         4              8          20
///  +---------+---------+--------------+----------+------------+------------+
///  | "KHS"   | version | key id       | nonce    | ciphertext | tag        |
///  | 3 bytes | 1       | 4, big-endian| 12       | as secret  | 16         |
///  +---------+---------+--------------+----------+------------+------------+
/// </code>
/// Associated data is the first 8 bytes, then purpose, owner and row id in UTF-8, each with its length as 4 bytes
/// big-endian before it: no two contexts share one form. Nonces are random, which one key stands for 2^32 secrets.
/// </summary>
internal static class SealedBlob
{
    internal const int NonceSize = 12;
    internal const int TagSize = 16;
    internal const int HeaderSize = 8;
    internal const int Overhead = HeaderSize + NonceSize + TagSize;

    private const byte Version = 1;

    private static ReadOnlySpan<byte> Magic => "KHS"u8;

    internal static byte[] Seal(ReadOnlySpan<byte> key, int keyId, SealContext context, ReadOnlySpan<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        RandomNumberGenerator.Fill(nonce);
        return Seal(key, keyId, nonce, context, plaintext);
    }

    /// <summary>With a given nonce: for known-answer tests. A nonce used twice gives the key away.</summary>
    internal static byte[] Seal(
        ReadOnlySpan<byte> key,
        int keyId,
        ReadOnlySpan<byte> dangerousNonce,
        SealContext context,
        ReadOnlySpan<byte> plaintext
    )
    {
        byte[] blob = new byte[Overhead + plaintext.Length];
        Span<byte> header = blob.AsSpan(0, HeaderSize);
        WriteHeader(header, keyId);
        dangerousNonce.CopyTo(blob.AsSpan(HeaderSize, NonceSize));

        // One instance per call: shared between threads, AesGcm gives wrong tags.
        using var gcm = new AesGcm(key, TagSize);
        gcm.Encrypt(
            dangerousNonce,
            plaintext,
            blob.AsSpan(HeaderSize + NonceSize, plaintext.Length),
            blob.AsSpan(blob.Length - TagSize),
            AssociatedData(header, context)
        );
        return blob;
    }

    /// <summary>How every blob under this key begins.</summary>
    internal static byte[] HeaderOf(int keyId)
    {
        byte[] header = new byte[HeaderSize];
        WriteHeader(header, keyId);
        return header;
    }

    /// <summary>The key id that the blob names; false when it is not a blob of a known version.</summary>
    internal static bool TryReadKeyId(ReadOnlySpan<byte> blob, out int keyId)
    {
        keyId = 0;
        if (blob.Length < Overhead || !blob.StartsWith(Magic) || blob[Magic.Length] != Version)
        {
            return false;
        }

        keyId = BinaryPrimitives.ReadInt32BigEndian(blob[(Magic.Length + 1)..]);
        return true;
    }

    /// <summary>Opens a blob whose key id was read before; false when it was changed or moved.</summary>
    internal static bool TryOpen(
        ReadOnlySpan<byte> key,
        SealContext context,
        ReadOnlySpan<byte> blob,
        out byte[] plaintext
    )
    {
        plaintext = new byte[blob.Length - Overhead];
        try
        {
            using var gcm = new AesGcm(key, TagSize);
            gcm.Decrypt(
                blob.Slice(HeaderSize, NonceSize),
                blob[(HeaderSize + NonceSize)..^TagSize],
                blob[^TagSize..],
                plaintext,
                AssociatedData(blob[..HeaderSize], context)
            );
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            plaintext = [];
            return false;
        }
    }

    private static void WriteHeader(Span<byte> header, int keyId)
    {
        Magic.CopyTo(header);
        header[Magic.Length] = Version;
        BinaryPrimitives.WriteInt32BigEndian(header[(Magic.Length + 1)..], keyId);
    }

    private static byte[] AssociatedData(ReadOnlySpan<byte> header, SealContext context)
    {
        int size = header.Length + SizeOf(context.Purpose) + SizeOf(context.Owner) + SizeOf(context.RowId);
        byte[] data = new byte[size];
        header.CopyTo(data);
        int position = header.Length;
        Append(data, ref position, context.Purpose);
        Append(data, ref position, context.Owner);
        Append(data, ref position, context.RowId);
        return data;
    }

    private static int SizeOf(string text) => sizeof(int) + Encoding.UTF8.GetByteCount(text);

    private static void Append(Span<byte> data, ref int position, string text)
    {
        int length = Encoding.UTF8.GetBytes(text, data[(position + sizeof(int))..]);
        BinaryPrimitives.WriteInt32BigEndian(data[position..], length);
        position += sizeof(int) + length;
    }
}
