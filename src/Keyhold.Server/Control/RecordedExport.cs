using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;

namespace Keyhold.Server.Control;

/// <summary>
/// An export of the trail that puts itself on record, however it ends: by the server that runs on the folder, since the
/// trail is its own to write, or else by this process. A folder of exported segments has no trail to write to.
/// </summary>
public static class RecordedExport
{
    /// <summary>For the request to the server, which is of bounded size.</summary>
    private const int LongestText = 1024;

    /// <param name="options">The folder, and the database that its server uses.</param>
    public static async Task<IReadOnlyList<TrailExport.Copied>> RunAsync(
        ServerOptions options,
        string target,
        TimeProvider time,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        await RequireRecordableAsync(options, stop);
        try
        {
            var copied = TrailExport.Run(options.DataFolder, target);
            await RecordAsync(options, target, copied, failure: null, time, stop);
            return copied;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await RecordAsync(options, target, [], failure.Message, time, stop);
            throw;
        }
    }

    /// <summary>Before anything is copied. A node's trail goes on where its database says.</summary>
    private static async Task RequireRecordableAsync(ServerOptions options, CancellationToken stop)
    {
        if (!DataFolder.Exists(options) || DataFolder.NamesDatabase(options))
        {
            return;
        }

        using var request = new ControlRequest { Command = ControlCommand.Status };
        if (await new ControlClient(options.DataFolder).SendAsync(request, _ => { }, stop) is null)
        {
            throw StartException.Usage(
                $"No server runs on {options.DataFolder}, and the export is to be recorded in its trail, which takes its database.",
                "Name that with --database or Database__ConnectionString."
            );
        }
    }

    private static async Task RecordAsync(
        ServerOptions options,
        string target,
        IReadOnlyList<TrailExport.Copied> copied,
        string? failure,
        TimeProvider time,
        CancellationToken stop
    )
    {
        if (!DataFolder.Exists(options))
        {
            return;
        }

        var to = Cut(Path.GetFullPath(target));
        var segments = Cut(string.Join(' ', copied.Select(segment => segment.Name)));
        using var request = new ControlRequest
        {
            Command = ControlCommand.RecordExport,
            To = to,
            Segments = segments,
            Failure = failure is null ? null : Cut(failure),
        };
        if (await new ControlClient(options.DataFolder).SendAsync(request, _ => { }, stop) is not { } answer)
        {
            await DataFolder.RecordAsync(options, TrailExport.EventOf(to, segments, failure), time, stop);
        }
        else if (answer.Failure is { } refusal)
        {
            throw new StartException(
                $"The segments are exported, but the server could not record it: {refusal}",
                "See to that, and export again."
            );
        }
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText];
}
