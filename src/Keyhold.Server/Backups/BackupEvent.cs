using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.Control;
using Keyhold.Server.Hosting;
using Keyhold.Storage;

namespace Keyhold.Server.Backups;

/// <summary>
/// The event that a backup leaves, in the trail of the data folder: by the server that holds it, or by this process when none
/// does.
/// </summary>
internal static class BackupEvent
{
    private const string Reason = "error";

    /// <summary>What a server is asked to record: nothing but these facts gets in.</summary>
    private static readonly string[] Known = ["file", "backupId", "rows", "privateKeys", "faults"];

    public static CommandEvent Of(IReadOnlyList<(string Name, string Value)> facts) =>
        CommandEvent.Of("Backup", [.. facts.Where(fact => Known.Contains(fact.Name, StringComparer.Ordinal))]) with
        {
            Error = facts.FirstOrDefault(fact => fact.Name is Reason) is { Value: { } reason }
                ? ("Refused", reason)
                : null,
        };

    /// <summary><see cref="StartException"/> when it cannot be written.</summary>
    public static Task RecordAsync(
        ServerOptions options,
        BackupReport report,
        TimeProvider time,
        CancellationToken stop
    ) =>
        RecordAsync(
            options,
            [
                ("file", Path.GetFullPath(report.File)),
                ("backupId", report.BackupId),
                ("rows", $"{report.Rows.Sum(each => each.Rows)}"),
                ("privateKeys", $"{report.PrivateKeys}"),
                ("faults", $"{report.Faults.Count}"),
            ],
            time,
            stop
        );

    /// <summary>A backup that came to nothing. Its reason is worth more than the event's.</summary>
    public static async Task RecordFailureAsync(
        ServerOptions options,
        string file,
        string reason,
        TimeProvider time,
        CancellationToken stop
    )
    {
        try
        {
            await RecordAsync(options, [("file", Path.GetFullPath(file)), (Reason, reason)], time, stop);
        }
        catch (StartException)
        {
            // Whoever asked for the backup hears why it failed.
        }
    }

    private static async Task RecordAsync(
        ServerOptions options,
        IReadOnlyList<(string Name, string Value)> facts,
        TimeProvider time,
        CancellationToken stop
    )
    {
        try
        {
            await using var database = await DataFolder.OpenDatabaseAsync(options, migrate: false, stop);
            await using var trail = await DataFolder.OpenTrailAsync(database, options, time, stop);
            await trail.RecordAsync(Of(facts));
        }
        catch (StartException refused) when (refused.InnerException is StorageUnavailableException { IsInUse: true })
        {
            await AskServerAsync(options.DataFolder, facts, stop);
        }
        catch (AuditUnavailableException full)
        {
            throw Unrecorded(full.Message, full);
        }
    }

    private static async Task AskServerAsync(
        string dataFolder,
        IReadOnlyList<(string Name, string Value)> facts,
        CancellationToken stop
    )
    {
        using var request = new ControlRequest { Command = ControlCommand.RecordBackup, Facts = facts };
        var answer = await new ControlClient(dataFolder).SendAsync(request, _ => { }, stop);
        if (answer is null)
        {
            throw Unrecorded("another Keyhold command holds the data folder, and no server answers there");
        }

        if (answer.Failure is { } failure)
        {
            throw Unrecorded(failure);
        }
    }

    private static StartException Unrecorded(string reason, Exception? cause = null) =>
        new(
            $"The backup cannot be put on record: {reason}.",
            "No backup is made without a trace: mend that, and run it again.",
            cause
        );
}
