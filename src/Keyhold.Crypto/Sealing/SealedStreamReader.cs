using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// Reads what <see cref="SealedStreamWriter"/> wrote, and gives nothing out before its chunk is authenticated.
/// <see cref="SealException"/> names the chunk, and its bytes in the input, that does not open.
/// </summary>
public sealed class SealedStreamReader : IDisposable
{
    private readonly Stream input;
    private readonly AesGcm cipher;
    private readonly byte[] associated;
    private readonly byte[] chunk = new byte[SealedStream.ChunkSize + SealedStream.TagSize];
    private readonly byte[] plaintext = new byte[SealedStream.ChunkSize];
    private long place;
    private long number;
    private int next;
    private int filled;
    private bool isEnd;

    /// <param name="place">Where the input stands, for messages.</param>
    public SealedStreamReader(Stream input, long place, ReadOnlySpan<byte> key, ReadOnlySpan<byte> context)
    {
        this.input = input;
        this.place = place;
        cipher = SealedStream.CipherOf(key);
        associated = [.. context, .. new byte[SealedStream.HeadSize]];
    }

    /// <summary>How far the input was read.</summary>
    public long Place => place;

    /// <summary>Some bytes of the content; 0 at its end, behind which the input must have nothing more.</summary>
    public int Read(Span<byte> content)
    {
        while (next == filled && !isEnd)
        {
            ReadChunk();
        }

        var part = plaintext.AsSpan(next, Math.Min(filled - next, content.Length));
        part.CopyTo(content);
        next += part.Length;
        return part.Length;
    }

    public void Dispose()
    {
        cipher.Dispose();
        CryptographicOperations.ZeroMemory(plaintext);
    }

    private void ReadChunk()
    {
        var head = associated.AsSpan(associated.Length - SealedStream.HeadSize);
        if (input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            throw Damaged($"the file ends where chunk {number} should begin, at byte {place}: its end was cut off");
        }

        if (!SealedStream.TryReadHead(head, out var length, out var isLast))
        {
            throw Damaged($"chunk {number} at byte {place} has no good length");
        }

        var sealedBytes = chunk.AsSpan(0, length + SealedStream.TagSize);
        if (input.ReadAtLeast(sealedBytes, sealedBytes.Length, throwOnEndOfStream: false) < sealedBytes.Length)
        {
            throw Damaged($"the file ends inside chunk {number}, which begins at byte {place}: its end was cut off");
        }

        Open(sealedBytes, length);
        place += SealedStream.HeadSize + sealedBytes.Length;
        number++;
        (next, filled, isEnd) = (0, length, isLast);
        if (isEnd && input.ReadByte() >= 0)
        {
            throw Damaged($"something follows its end, from byte {place} on");
        }
    }

    private void Open(ReadOnlySpan<byte> sealedBytes, int length)
    {
        Span<byte> nonce = stackalloc byte[SealedStream.NonceSize];
        SealedStream.WriteNonce(nonce, number);
        try
        {
            cipher.Decrypt(
                nonce,
                sealedBytes[..length],
                sealedBytes[length..],
                plaintext.AsSpan(0, length),
                associated
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            var end = place + SealedStream.HeadSize + sealedBytes.Length - 1;
            throw Damaged($"chunk {number}, bytes {place} to {end}, was changed, or stood in another place or file");
        }
    }

    private static SealException Damaged(string finding) => new(SealFailure.DamagedOrMoved, finding);
}
