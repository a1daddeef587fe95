using Microsoft.Win32.SafeHandles;

namespace Keyhold.Crypto.Sealing;

/// <summary>Whether a file with a secret is its owner's alone.</summary>
internal static class OwnersFile
{
    private const UnixFileMode OwnersRights = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The file's mode as `stat` shows it when others may read or change it; null when none may.</summary>
    /// <param name="file">The open file, which cannot be exchanged between the question and the reading.</param>
    public static string? ModeOpenToOthers(string path, SafeFileHandle file) =>
        ModeOpenToOthers(path, file, Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"));

    /// <remarks>
    /// systemd hands credentials to a service by an access control list, which `stat` shows as the group's right to read
    /// (systemd.exec(5), LoadCredential=). Their folder is the service's alone.
    /// </remarks>
    public static string? ModeOpenToOthers(string path, SafeFileHandle file, string? credentials)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var isCredential =
            !string.IsNullOrEmpty(credentials)
            && string.Equals(FolderOf(path), Path.TrimEndingDirectorySeparator(credentials), StringComparison.Ordinal);
        var allowed = isCredential ? OwnersRights | UnixFileMode.GroupRead : OwnersRights;
        UnixFileMode mode = File.GetUnixFileMode(file);
        return (mode & ~allowed) is UnixFileMode.None ? null : Convert.ToString((int)mode, 8).PadLeft(4, '0');
    }

    private static string? FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path));
}
