using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Cli.Input;

/// <summary>Reads what a command is given: a file, or standard input for "-".</summary>
internal static class InputFile
{
    /// <summary>More than any request may carry, so that a wrong file is noticed before it is sent.</summary>
    private const int MaximumBytes = 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    public static byte[] ReadBytes(string path, Terminal terminal)
    {
        using var stream = Open(path, terminal);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                if (content.Length + read > MaximumBytes)
                {
                    throw new UsageException(
                        $"{Name(path)} is larger than {MaximumBytes} bytes, the most a request may carry. Is it the right file?"
                    );
                }

                content.Write(buffer.AsSpan(0, read));
            }

            return content.ToArray();
        }
        finally
        {
            // It may have been a passphrase or a plaintext.
            CryptographicOperations.ZeroMemory(buffer);
            if (content.TryGetBuffer(out var kept))
            {
                CryptographicOperations.ZeroMemory(kept);
            }
        }
    }

    public static string ReadText(string path, Terminal terminal)
    {
        try
        {
            return StrictUtf8.GetString(ReadBytes(path, terminal));
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException(
                $"{Name(path)} is not text (UTF-8). Give a text file, or encode it: base64 -w0 FILE."
            );
        }
    }

    public static Stream Open(string path, Terminal terminal)
    {
        if (path is "-")
        {
            return terminal.TakeInput();
        }

        try
        {
            return File.OpenRead(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            var reason =
                Directory.Exists(path) ? "it is a folder"
                : File.Exists(path) ? problem.Message
                : "there is no such file";
            throw new UsageException($"Cannot read {path}: {reason}.");
        }
    }

    public static string Name(string path) => path is "-" ? "Standard input" : path;
}
