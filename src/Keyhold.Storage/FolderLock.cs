namespace Keyhold.Storage;

/// <summary>
/// The folder around a database file, held by one process at a time through a locked file in it. The lock is the
/// operating system's and ends with the process, so a killed server leaves nothing to clean up.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    public const string LockFileName = "keyhold.lock";

    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream lockFile;

    private FolderLock(FileStream lockFile) => this.lockFile = lockFile;

    /// <summary>Creates the folder (0700) when it is missing, and takes its lock.</summary>
    public static FolderLock Take(string folder)
    {
        return Guard(
            folder,
            () =>
            {
                CreateFolder(folder);
                return new FolderLock(OpenPrivately(Path.Combine(folder, LockFileName)));
            }
        );
    }

    /// <summary>
    /// Creates an empty database file (0600); SQLite gives its companions (-wal, -shm) the same permissions. To be
    /// called before SQLite has opened the file: closing any other handle on it would drop SQLite's POSIX locks.
    /// </summary>
    public static void CreateFileIfMissing(string file)
    {
        if (!File.Exists(file))
        {
            Guard(Path.GetDirectoryName(file)!, () => OpenPrivately(file)).Dispose();
        }
    }

    public void Dispose() => lockFile.Dispose();

    private static T Guard<T>(string folder, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (IOException exception) when (IsLockedByAnother(exception))
        {
            throw new StorageUnavailableException(
                $"The data folder {folder} is in use by another Keyhold process. Only one may work on it: stop the "
                    + "other one first, or choose another folder.",
                exception
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException(
                $"The data folder {folder} cannot be used: {exception.Message} Keyhold needs a folder of its own on a "
                    + "writable disk, belonging to the user it runs as.",
                exception
            );
        }
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerReadsAndWrites | UnixFileMode.UserExecute);
        }
    }

    private static FileStream OpenPrivately(string file)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerReadsAndWrites;
        }

        return new FileStream(file, options);
    }

    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows: the runtime has no type of its own for it.
    private static bool IsLockedByAnother(IOException exception) =>
        exception.HResult is 11 or 35 or unchecked((int)0x80070020);
}
