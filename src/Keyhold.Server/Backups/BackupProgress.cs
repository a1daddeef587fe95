namespace Keyhold.Server.Backups;

/// <summary>Hears how far a backup, a restore or a copy has come: the step's name, rows done, rows in all.</summary>
public sealed class BackupProgress(Action<string, long, long> tell)
{
    public static readonly BackupProgress None = new((_, _, _) => { });

    internal Action<long, long> Of(string step) => (done, total) => tell(step, done, total);
}
