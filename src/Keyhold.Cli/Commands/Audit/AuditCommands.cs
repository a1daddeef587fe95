using System.CommandLine;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands.Audit;

/// <summary>The group "audit": what reads the trail of a data folder. None needs the root key, or a server.</summary>
internal static class AuditCommands
{
    public static Command Create(Terminal terminal, Option<bool> json)
    {
        var group = new Command("audit", "The audit trail of a data folder: who asked for what, and what came of it.")
        {
            VerifyCommand.Create(terminal, json),
            QueryCommand.Create(terminal, json),
            ExportCommand.Create(terminal, json),
            KeyCommand.Create(terminal, json),
        };
        group.Add(json);
        return group;
    }

    public static Argument<string> Folder() =>
        new("DIR") { Description = "The data folder, or a folder with exported segments" };

    /// <summary>What a database that nodes share knows of the folder's chain; null where the folder has its own.</summary>
    public static async Task<SharedAnchor?> FindSharedAnchorAsync(
        string folder,
        DatabasePlace database,
        CancellationToken stop
    )
    {
        try
        {
            return await SharedAnchor.FindAsync(folder, database, stop).ConfigureAwait(false);
        }
        catch (TrailUnreadableException unreadable)
        {
            throw new UsageException(unreadable.Message);
        }
    }

    /// <summary>A trail that cannot be read is told as a wrong command is: exit code 2, since nothing is known about it.</summary>
    public static T Read<T>(Func<T> read) => ReadAsync(() => Task.FromResult(read())).GetAwaiter().GetResult();

    public static async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (TrailUnreadableException unreadable)
        {
            throw new UsageException(unreadable.Message);
        }
    }
}
