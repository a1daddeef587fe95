namespace Keyhold.Server.Audit;

/// <summary>Reads a segment line by line, also while a server appends to it.</summary>
internal sealed class SegmentReader : IDisposable
{
    private readonly FileStream file;
    private byte[] buffer = new byte[128 * 1024];
    private int start;
    private int end;
    private int length;
    private long nextOffset;

    public SegmentReader(TrailSegment segment) =>
        file = new FileStream(
            segment.File,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0
        );

    /// <summary>The line without its LF, good until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Line => buffer.AsSpan(start, length);

    /// <summary>Where the line begins in the file.</summary>
    public long Offset { get; private set; }

    /// <summary>False for what stands behind the last LF.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>From 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>False at the end of the file.</summary>
    public bool Read()
    {
        start += (int)(nextOffset - Offset);
        Offset = nextOffset;
        var searched = 0;
        while (true)
        {
            var at = buffer.AsSpan(start + searched, end - start - searched).IndexOf(TrailLine.LineFeed);
            if (at >= 0)
            {
                return Found(searched + at, isWhole: true);
            }

            searched = end - start;
            if (!Fill())
            {
                return searched > 0 && Found(searched, isWhole: false);
            }
        }
    }

    public void Dispose() => file.Dispose();

    private bool Found(int bytes, bool isWhole)
    {
        length = bytes;
        IsWhole = isWhole;
        LineNumber++;
        nextOffset = Offset + bytes + (isWhole ? 1 : 0);
        return true;
    }

    private bool Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, 2 * buffer.Length);
        }

        var read = file.Read(buffer, end, buffer.Length - end);
        end += read;
        return read > 0;
    }
}
