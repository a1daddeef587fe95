namespace Keyhold.Cli.Output;

/// <summary>Writes what a command gives back: a file, or standard output for "-".</summary>
internal static class OutputFile
{
    /// <summary>
    /// Called before the request: an answer that has nowhere to go should not be asked for, least of all when asking
    /// changes something.
    /// </summary>
    public static void Check(string? path)
    {
        if (path is null or "-")
        {
            return;
        }

        if (Directory.Exists(path))
        {
            throw new UsageException($"Cannot write {path}: it is a folder. Name a file.");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new UsageException($"Cannot write {path}: there is no folder {folder}. Make it first.");
        }
    }

    public static void Write(string path, ReadOnlySpan<byte> content, Terminal terminal)
    {
        if (path is "-")
        {
            terminal.RawOutput.Write(content);
            terminal.RawOutput.Flush();
            return;
        }

        File.WriteAllBytes(path, content);
    }

    /// <summary>A file that its owner alone may read, also when it was there before with wider rights.</summary>
    public static void WriteSecret(string path, ReadOnlySpan<byte> content, Terminal terminal)
    {
        if (path is "-" || OperatingSystem.IsWindows())
        {
            Write(path, content, terminal);
            return;
        }

        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = ownerOnly,
            }
        );
        File.SetUnixFileMode(file.SafeFileHandle, ownerOnly);
        file.Write(content);
    }
}
