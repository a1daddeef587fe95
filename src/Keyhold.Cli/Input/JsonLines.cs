namespace Keyhold.Cli.Input;

/// <summary>Lines of bytes from a stream, as they come. One that is too long is passed over, and told as null.</summary>
internal sealed class JsonLines(Stream source)
{
    /// <summary>A certificate, its chain and its anchors, of a mebibyte each, with JSON's escapes.</summary>
    internal const int MaximumBytes = 8 * 1024 * 1024;

    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    /// <summary>The next line without its end, null when it was too long; false at the end of the stream.</summary>
    public bool TryRead(out ReadOnlyMemory<byte>? line)
    {
        var isTooLong = false;
        var looked = start;
        while (true)
        {
            var length = buffer.AsSpan(looked, end - looked).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = isTooLong ? (ReadOnlyMemory<byte>?)null : buffer.AsMemory(start, looked + length - start);
                start = looked + length + 1;
                return true;
            }

            looked = end;
            if (end - start > MaximumBytes)
            {
                isTooLong = true;
                start = end;
            }

            MakeRoom(ref looked);
            var read = source.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                var hasRest = isTooLong || end > start;
                line = isTooLong ? (ReadOnlyMemory<byte>?)null : buffer.AsMemory(start, end - start);
                start = end;
                return hasRest;
            }

            end += read;
        }
    }

    private void MakeRoom(ref int looked)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            looked -= start;
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }
}
