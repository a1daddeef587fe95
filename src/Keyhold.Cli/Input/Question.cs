namespace Keyhold.Cli.Input;

/// <summary>Asks before what cannot be undone, if somebody is there to answer. A script has decided already.</summary>
internal static class Question
{
    public static bool IsConfirmed(Terminal terminal, string question)
    {
        if (!terminal.IsInteractive)
        {
            return true;
        }

        var answer = Ask(terminal, $"{question} [y/N] ");
        if (answer.Trim() is "y" or "Y" or "yes")
        {
            return true;
        }

        terminal.Error.WriteLine("Nothing was changed.");
        return false;
    }

    /// <summary>One line that somebody types; empty at the end of input.</summary>
    public static string Ask(Terminal terminal, string prompt)
    {
        terminal.Error.Write(prompt);
        using var reader = new StreamReader(terminal.TakeInput());
        return reader.ReadLine() ?? "";
    }
}
