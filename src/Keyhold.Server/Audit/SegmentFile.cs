using Microsoft.Win32.SafeHandles;

namespace Keyhold.Server.Audit;

/// <summary>
/// The segment that is being written. An append that failed halfway leaves nothing behind: the file is cut back to what
/// was good, at once or before the next append.
/// </summary>
internal sealed class SegmentFile : IDisposable
{
    private readonly SafeFileHandle handle;
    private bool isDirty;

    /// <summary>True at first: what an earlier process wrote may be the operating system's alone.</summary>
    private bool isUnflushed = true;

    private SegmentFile(TrailSegment segment, SafeFileHandle handle, long length)
    {
        Segment = segment;
        this.handle = handle;
        Length = length;
    }

    public TrailSegment Segment { get; }

    public long Length { get; private set; }

    public static SegmentFile Create(TrailSegment segment)
    {
        TrailFolder.CreateFile(segment.File).Dispose();
        return Open(segment);
    }

    public static SegmentFile Open(TrailSegment segment)
    {
        var opened = File.OpenHandle(segment.File, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        return new SegmentFile(segment, opened, RandomAccess.GetLength(opened));
    }

    /// <summary>All of it, on the disk if so asked, or an exception and nothing of it.</summary>
    public void Append(ReadOnlySpan<byte> lines, bool flush)
    {
        CutBack();
        isDirty = true;
        try
        {
            RandomAccess.Write(handle, lines, Length);
            isUnflushed = true;
            if (flush)
            {
                Flush();
            }
        }
        catch
        {
            TryCutBack();
            throw;
        }

        Length += lines.Length;
        isDirty = false;
    }

    /// <summary>Puts on the disk what was appended without.</summary>
    public void Flush()
    {
        if (isUnflushed)
        {
            RandomAccess.FlushToDisk(handle);
            isUnflushed = false;
        }
    }

    public void Dispose() => handle.Dispose();

    private void CutBack()
    {
        if (isDirty)
        {
            RandomAccess.SetLength(handle, Length);
            isDirty = false;
        }
    }

    private void TryCutBack()
    {
        try
        {
            CutBack();
        }
        catch (IOException)
        {
            // The first reason is the one to tell; before the next append it is tried again.
        }
    }
}
