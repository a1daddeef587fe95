using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Cli.Input;

/// <summary>
/// A passphrase from a file (its first line) or typed blindly; never from an argument, which every user of the machine
/// can read. The API takes it as text, so it ends up in a string of this short-lived process.
/// </summary>
internal static class Passphrase
{
    private const string Advice = "Name a file that holds it with --passphrase-file FILE (- is standard input).";

    public static string Read(string? file, Terminal terminal, bool chosenNow)
    {
        if (file is not null)
        {
            return FromFile(file, terminal);
        }

        if (!terminal.IsInteractive)
        {
            throw new UsageException($"A passphrase is needed, and nobody is there to type it. {Advice}");
        }

        var typed = Type("Passphrase: ", terminal);
        if (chosenNow && !string.Equals(typed, Type("The same again: ", terminal), StringComparison.Ordinal))
        {
            throw new UsageException("The two passphrases differ. Try again.");
        }

        return typed.Length > 0 ? typed : throw new UsageException($"The passphrase is empty. {Advice}");
    }

    private static string FromFile(string file, Terminal terminal)
    {
        var content = InputFile.ReadBytes(file, terminal);
        try
        {
            var end = content.AsSpan().IndexOfAny((byte)'\n', (byte)'\r');
            var passphrase = Encoding.UTF8.GetString(end < 0 ? content : content.AsSpan(0, end));
            return passphrase.Length > 0
                ? passphrase
                : throw new UsageException(
                    $"The first line of {InputFile.Name(file)} is empty: it should be the passphrase."
                );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static string Type(string prompt, Terminal terminal)
    {
        terminal.Error.Write(prompt);
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    terminal.Error.WriteLine();
                    var text = typed.ToString();
                    typed.Clear();
                    return text;
                case ConsoleKey.Backspace:
                    typed.Length = Math.Max(0, typed.Length - 1);
                    break;
                default:
                    if (!char.IsControl(key.KeyChar))
                    {
                        typed.Append(key.KeyChar);
                    }

                    break;
            }
        }
    }
}
