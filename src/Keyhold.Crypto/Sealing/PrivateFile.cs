using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>Reads a short secret from a file that its owner alone may use.</summary>
public static class PrivateFile
{
    /// <summary>
    /// The bytes up to the first line end; the caller clears them. <see cref="RootKeyException"/> when the file is
    /// missing, open to others, empty or longer than it may be. <paramref name="what"/> names the secret.
    /// </summary>
    public static byte[] ReadFirstLine(string path, string what, int maximumBytes)
    {
        byte[] buffer = new byte[maximumBytes + 2];
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            RefuseOthers(path, what, file);
            return FirstLine(buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RootKeyException(
                $"The {what} cannot be read from {path}: {exception.Message} Name a file that exists and that the user "
                    + "Keyhold runs as may read.",
                exception
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }

        byte[] FirstLine(ReadOnlySpan<byte> content)
        {
            int end = content.IndexOfAny((byte)'\n', (byte)'\r');
            ReadOnlySpan<byte> line = end < 0 ? content : content[..end];
            return line.Length is 0 || line.Length > maximumBytes
                ? throw new RootKeyException(
                    $"The first line of {path} should be the {what}, but it is "
                        + (line.IsEmpty ? "empty." : $"longer than {maximumBytes} bytes.")
                )
                : line.ToArray();
        }
    }

    private static void RefuseOthers(string path, string what, FileStream file)
    {
        if (OwnersFile.ModeOpenToOthers(path, file.SafeFileHandle) is { } mode)
        {
            throw new RootKeyException(
                $"The {what} file {path} has mode {mode}: others than its owner "
                    + $"may read or change it; expected 0600 or less. Take it away from them with `chmod 600 {path}`, and if "
                    + $"others may have read it, choose a new {what}."
            );
        }
    }
}
