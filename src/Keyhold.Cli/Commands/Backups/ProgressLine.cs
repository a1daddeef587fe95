using System.Globalization;
using Keyhold.Server.Backups;

namespace Keyhold.Cli.Commands.Backups;

/// <summary>One line on standard error that is written over on a terminal, and nothing in a log.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int BarWidth = 30;

    private readonly Terminal terminal;
    private string shown = "";

    public ProgressLine(Terminal terminal)
    {
        this.terminal = terminal;
        Progress = terminal.IsInteractive ? new BackupProgress(Show) : BackupProgress.None;
    }

    public BackupProgress Progress { get; }

    /// <summary>Takes the line away, before something else is written.</summary>
    public void End()
    {
        if (shown.Length > 0)
        {
            terminal.Error.Write($"\r{new string(' ', shown.Length)}\r");
            shown = "";
        }
    }

    public void Dispose() => End();

    private void Show(string step, long done, long total)
    {
        var percent = total > 0 ? Math.Min(100, 100 * done / total) : 100;
        var filled = (int)(BarWidth * percent / 100);
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{step, -10} [{new string('#', filled)}{new string('.', BarWidth - filled)}] {percent, 3} %"
        );
        if (!string.Equals(line, shown, StringComparison.Ordinal))
        {
            shown = line;
            terminal.Error.Write($"\r{line}");
        }
    }
}
