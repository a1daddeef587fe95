using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// Writes a long content encrypted, in the form of <see cref="SealedStream"/>. The key must be used for this content alone.
/// Without <see cref="Finish"/> it does not open.
/// </summary>
public sealed class SealedStreamWriter : IDisposable
{
    private readonly Stream output;
    private readonly AesGcm cipher;
    private readonly byte[] associated;
    private readonly byte[] plaintext = new byte[SealedStream.ChunkSize];
    private readonly byte[] chunk = new byte[SealedStream.HeadSize + SealedStream.ChunkSize + SealedStream.TagSize];
    private int filled;
    private long number;

    /// <param name="context">What the content is bound to, such as the hash of a header.</param>
    public SealedStreamWriter(Stream output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> context)
    {
        this.output = output;
        cipher = SealedStream.CipherOf(key);
        associated = [.. context, .. new byte[SealedStream.HeadSize]];
    }

    public void Write(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            if (filled == plaintext.Length)
            {
                WriteChunk(isLast: false);
            }

            var part = content[..Math.Min(content.Length, plaintext.Length - filled)];
            part.CopyTo(plaintext.AsSpan(filled));
            filled += part.Length;
            content = content[part.Length..];
        }
    }

    /// <summary>Writes the end. The output is neither flushed nor closed.</summary>
    public void Finish() => WriteChunk(isLast: true);

    public void Dispose()
    {
        cipher.Dispose();
        CryptographicOperations.ZeroMemory(plaintext);
    }

    private void WriteChunk(bool isLast)
    {
        var head = chunk.AsSpan(0, SealedStream.HeadSize);
        SealedStream.WriteHead(head, filled, isLast);
        head.CopyTo(associated.AsSpan(associated.Length - SealedStream.HeadSize));
        Span<byte> nonce = stackalloc byte[SealedStream.NonceSize];
        SealedStream.WriteNonce(nonce, number);
        cipher.Encrypt(
            nonce,
            plaintext.AsSpan(0, filled),
            chunk.AsSpan(SealedStream.HeadSize, filled),
            chunk.AsSpan(SealedStream.HeadSize + filled, SealedStream.TagSize),
            associated
        );
        output.Write(chunk, 0, SealedStream.HeadSize + filled + SealedStream.TagSize);
        number++;
        filled = 0;
    }
}
