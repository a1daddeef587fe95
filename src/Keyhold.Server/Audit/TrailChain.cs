using System.Buffers;
using System.Security.Cryptography;

namespace Keyhold.Server.Audit;

/// <summary>Where a chain stands: the last line's sequence and hash. Appends lines, and can go back when a write failed.</summary>
internal sealed class TrailChain
{
    private readonly byte[] hash = new byte[TrailLine.HashSize];
    private readonly byte[] rememberedHash = new byte[TrailLine.HashSize];
    private long rememberedSequence;

    public TrailChain(long sequence, ReadOnlySpan<byte> lastHash)
    {
        Sequence = sequence;
        lastHash.CopyTo(hash);
        Remember();
    }

    public long Sequence { get; private set; }

    public ReadOnlySpan<byte> Hash => hash;

    public void Remember()
    {
        rememberedSequence = Sequence;
        hash.CopyTo(rememberedHash, 0);
    }

    public void GoBack()
    {
        Sequence = rememberedSequence;
        rememberedHash.CopyTo(hash, 0);
    }

    /// <summary>Something else than a line stands before the next one: the torn end of a line, with this hash.</summary>
    public void Bridge(ReadOnlySpan<byte> tornHash) => tornHash.CopyTo(hash);

    public void Append(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> fields)
    {
        var start = buffer.WrittenCount;
        TrailLine.Begin(buffer, Sequence + 1, hash, fields);
        End(buffer, start);
    }

    /// <summary>Appends a line that ends with the key's signature, and returns its bytes without LF.</summary>
    public byte[] AppendSigned(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> fields, AuditKey key)
    {
        var start = buffer.WrittenCount;
        TrailLine.Begin(buffer, Sequence + 1, hash, fields);
        buffer.Write(CheckpointSignature.FieldFor(key, buffer.WrittenSpan[start..]));
        End(buffer, start);
        return buffer.WrittenSpan[start..^1].ToArray();
    }

    private void End(ArrayBufferWriter<byte> buffer, int start)
    {
        buffer.Write("}"u8);
        SHA256.HashData(buffer.WrittenSpan[start..], hash);
        buffer.Write("\n"u8);
        Sequence++;
    }
}
