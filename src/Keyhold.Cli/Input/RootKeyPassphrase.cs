using System.Security.Cryptography;
using System.Text;
using Keyhold.Crypto.Sealing;
using Microsoft.Win32.SafeHandles;

namespace Keyhold.Cli.Input;

/// <summary>
/// The passphrase of a root key, as bytes from end to end: from a file descriptor, a file, a systemd credential, or
/// typed blindly, in this order. The caller clears it.
/// </summary>
internal sealed class RootKeyPassphrase(Terminal terminal, int? descriptor, string? file, string credential)
{
    private const string What = "passphrase";

    /// <summary>Null when nobody is there to give it. Asked twice when it is chosen now.</summary>
    public byte[]? Ask(bool chosenNow)
    {
        try
        {
            var given = FromDescriptor() ?? FromFile() ?? (terminal.IsInteractive ? FromTerminal(chosenNow) : null);
            if (given is not null)
            {
                PassphraseText.Require(given, chosenNow);
            }

            return given;
        }
        catch (RootKeyException refused)
        {
            throw new UsageException(refused.Message);
        }
    }

    private byte[]? FromDescriptor()
    {
        if (descriptor is not { } number)
        {
            return null;
        }

        var buffer = new byte[PassphraseText.MaximumBytes + 2];
        try
        {
            using var stream = new FileStream(new SafeFileHandle(number, ownsHandle: true), FileAccess.Read, 0);
            return FirstLine(buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException(
                $"The passphrase cannot be read from file descriptor {number}: {problem.Message} Open it for reading, as "
                    + $"in `{number}< FILE`."
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private byte[]? FromFile()
    {
        var path = file ?? CredentialFile();
        return path is null ? null : PrivateFile.ReadFirstLine(path, What, PassphraseText.MaximumBytes);
    }

    /// <summary>Where systemd puts what LoadCredential= names; there for this service alone.</summary>
    private string? CredentialFile()
    {
        var path = terminal.Variable("CREDENTIALS_DIRECTORY") is { } folder ? Path.Combine(folder, credential) : null;
        return File.Exists(path) ? path : null;
    }

    private byte[] FromTerminal(bool chosenNow)
    {
        var typed = Type("Passphrase of the root key: ");
        if (!chosenNow)
        {
            return typed;
        }

        var again = Type("The same again: ");
        var same = CryptographicOperations.FixedTimeEquals(typed, again);
        CryptographicOperations.ZeroMemory(again);
        if (same)
        {
            return typed;
        }

        CryptographicOperations.ZeroMemory(typed);
        throw new UsageException("The two passphrases differ. Nothing was done; try again.");
    }

    private byte[] Type(string prompt)
    {
        terminal.Error.Write(prompt);
        var typed = new char[PassphraseText.MaximumBytes];
        var length = 0;
        try
        {
            while (Console.ReadKey(intercept: true) is var key && key.Key is not ConsoleKey.Enter)
            {
                if (key.Key is ConsoleKey.Backspace)
                {
                    length = Math.Max(0, length - 1);
                }
                else if (!char.IsControl(key.KeyChar) && length < typed.Length)
                {
                    typed[length++] = key.KeyChar;
                }
            }

            terminal.Error.WriteLine();
            return Encoding.UTF8.GetBytes(typed, 0, length);
        }
        finally
        {
            Array.Clear(typed);
        }
    }

    private static byte[] FirstLine(ReadOnlySpan<byte> content)
    {
        var end = content.IndexOfAny((byte)'\n', (byte)'\r');
        return (end < 0 ? content : content[..end]).ToArray();
    }
}
