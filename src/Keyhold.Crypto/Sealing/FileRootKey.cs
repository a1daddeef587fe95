using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// A root key in a file that its owner alone may read (mode 0600), in the form of <see cref="RootKeyText"/>. It is
/// created whole or not at all, and content and name are on the disk when <see cref="Create"/> returns.
/// </summary>
public sealed class FileRootKey : IRootKey
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly RootKeyMaterial material;

    /// <summary>Takes over the key, which is cleared with this object.</summary>
    internal FileRootKey(byte[] key) => material = new RootKeyMaterial(key);

    public string Id => material.Id;

    /// <summary>Makes a new root key file; <see cref="RootKeyException"/> when something is there already.</summary>
    public static FileRootKey Create(string path)
    {
        byte[] key = RandomNumberGenerator.GetBytes(RootKeyText.KeySize);
        byte[] text = RootKeyText.Write(key);
        try
        {
            Write(path, text);
            return new FileRootKey(key);
        }
        catch
        {
            CryptographicOperations.ZeroMemory(key);
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>Reads a root key file; <see cref="RootKeyException"/> when it is missing, open to others or damaged.</summary>
    public static FileRootKey Load(string path)
    {
        byte[] text = new byte[RootKeyText.Size];
        byte[] key = new byte[RootKeyText.KeySize];
        try
        {
            Read(path, text);
            if (RootKeyText.TryRead(text, key) is { } reason)
            {
                throw Damaged(path, reason);
            }

            return new FileRootKey(key);
        }
        catch
        {
            CryptographicOperations.ZeroMemory(key);
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>
    /// For a ring that it does not seal yet: as <see cref="Load"/>, and its name is brought to the disk if that can be,
    /// since a kill may have come in between when it was made.
    /// </summary>
    public static FileRootKey LoadForNewRing(string path)
    {
        _ = FolderFlush.Try(FolderOf(path));
        return Load(path);
    }

    public byte[] Wrap(ReadOnlySpan<byte> context, ReadOnlySpan<byte> key) => material.Wrap(context, key);

    public byte[] Unwrap(ReadOnlySpan<byte> context, ReadOnlySpan<byte> wrapped) => material.Unwrap(context, wrapped);

    public void Dispose() => material.Dispose();

    /// <summary>Whole or not at all: written beside, then moved to its place, which must be free.</summary>
    private static void Write(string path, ReadOnlySpan<byte> text)
    {
        string beside = $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.new";
        try
        {
            WriteNew(beside, text);
            File.Move(beside, path, overwrite: false);
        }
        catch (IOException exception) when (Path.Exists(path))
        {
            throw new RootKeyException(
                $"There is already something at {path}, and a root key is never overwritten: what it sealed would be lost. "
                    + "Use that root key, or choose another path.",
                exception
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RootKeyException(
                $"The root key cannot be written to {path}: {exception.Message} "
                    + "Choose a folder that exists, has room and that you may write to.",
                exception
            );
        }
        finally
        {
            if (File.Exists(beside))
            {
                File.Delete(beside);
            }
        }

        // What it seals is stored durably: the file must not be lost in a power cut that the ring survives.
        if (FolderFlush.Try(FolderOf(path)) is { } reason)
        {
            throw new RootKeyException(
                $"The root key was written to {path}, but nothing was sealed by it, because its folder cannot be brought "
                    + $"to the disk: {reason}. Choose a folder on a local disk that you may read."
            );
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    private static void WriteNew(string path, ReadOnlySpan<byte> text)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(path, options);
        file.Write(text);
        file.Flush(flushToDisk: true);
    }

    private static void Read(string path, Span<byte> text)
    {
        // A pipe or device would block when opened; both have no length.
        var information = new FileInfo(path);
        if (!information.Exists)
        {
            throw new RootKeyException(
                Directory.Exists(path)
                    ? $"The root key path {path} is a folder; expected a file. Name the file in it."
                    : $"There is no root key at {path}. Name the file of the root key that belongs to this database, "
                        + "or make a new one with `keyhold init` for a new database."
            );
        }

        if (Target(information).Length != text.Length)
        {
            throw Damaged(path, $"it has {Target(information).Length} bytes, not {text.Length}");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            RefuseReadableByOthers(path, file);
            if (file.Length != text.Length)
            {
                throw Damaged(path, $"it has {file.Length} bytes, not {text.Length}");
            }

            file.ReadExactly(text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RootKeyException(
                $"The root key at {path} cannot be read: {exception.Message} "
                    + "Run as the user that owns the file, or mend its permissions.",
                exception
            );
        }
    }

    private static FileInfo Target(FileInfo information) =>
        information.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? information;

    private static void RefuseReadableByOthers(string path, FileStream file)
    {
        if (OwnersFile.ModeOpenToOthers(path, file.SafeFileHandle) is { } mode)
        {
            throw new RootKeyException(
                $"The root key at {path} has mode {mode}: others than its owner may "
                    + $"read or change it; expected 0600 or less. Take it away from them with `chmod 600 {path}`, and if "
                    + "others may have read it, make a new root key."
            );
        }
    }

    private static RootKeyException Damaged(string path, string reason) =>
        new(
            $"The file at {path} is not a whole root key: {reason}. Put back a copy of the file as `keyhold init` wrote it."
        );
}
