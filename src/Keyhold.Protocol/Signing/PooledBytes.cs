using System.Buffers;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// A growing run of bytes in a pooled array, cleared when given back, since canonical forms hold plaintexts. Pass it by
/// reference only.
/// </summary>
internal ref struct PooledBytes(int capacity)
{
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(capacity);
    private int used;

    public readonly ReadOnlySpan<byte> Written => bytes.AsSpan(0, used);

    public void Append(byte value) => Room(1)[0] = value;

    public void Append(scoped ReadOnlySpan<byte> values) => values.CopyTo(Room(values.Length));

    /// <summary>The next bytes, to be filled in by the caller.</summary>
    public Span<byte> Room(int length)
    {
        if (bytes.Length - used < length)
        {
            Grow(length);
        }

        used += length;
        return bytes.AsSpan(used - length, length);
    }

    public void Dispose()
    {
        bytes.AsSpan(0, used).Clear();
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
        used = 0;
    }

    private void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length * 2, used + length));
        bytes.AsSpan(0, used).CopyTo(larger);
        bytes.AsSpan(0, used).Clear();
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
