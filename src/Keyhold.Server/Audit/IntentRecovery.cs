using System.Text;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Audit;

/// <summary>
/// Gives committed changes whose event is missing one of their own: what was asked is known, what was answered is not.
/// </summary>
internal sealed class IntentRecovery(AuditIntentStore intents, TrailFolder folder, AuditTrail trail)
{
    private static ReadOnlySpan<byte> AnswerUnknown => ",\"answer\":\"unknown\""u8;
    private static ReadOnlySpan<byte> RequestIdField => "\"requestId\":\""u8;

    /// <summary>Before the first request: whatever is left was left by a crash.</summary>
    public async ValueTask RecoverAllAsync(CancellationToken stop)
    {
        var left = await intents.ListAsync(folder.Node, stop);
        if (left.Count > 0)
        {
            await RecoverAsync(left, stop);
        }
    }

    public async ValueTask RecoverAsync(HashSet<string> requestIds, CancellationToken stop)
    {
        var left = await intents.ListAsync(folder.Node, stop);
        await RecoverAsync([.. left.Where(intent => requestIds.Contains(intent.RequestId))], stop);
    }

    /// <summary>Their events are written. On the disk first: the database is durable, and would outlive them.</summary>
    public ValueTask DeleteAsync(IReadOnlyCollection<string> requestIds) =>
        DeleteAsync(requestIds, CancellationToken.None);

    private async ValueTask RecoverAsync(IReadOnlyList<AuditIntentRow> left, CancellationToken stop)
    {
        var recorded = RecordedAmong(left);
        foreach (var intent in left.Where(intent => !recorded.Contains(intent.RequestId)))
        {
            if (intent.IsTampered)
            {
                await trail.RecordAsync(CommandEvent.OfServer("ReportTamperedIntent", ("requestId", intent.RequestId)));
            }
            else
            {
                byte[] fields = [.. intent.Event, .. AnswerUnknown];
                await trail.RecordAsync(fields);
            }
        }

        await DeleteAsync([.. left.Select(intent => intent.RequestId)], stop);
    }

    private async ValueTask DeleteAsync(IReadOnlyCollection<string> requestIds, CancellationToken stop)
    {
        await trail.FlushAsync();
        await intents.DeleteAsync(requestIds, stop);
    }

    /// <summary>Those whose event was written before the crash, but whose intent was not yet deleted.</summary>
    private HashSet<string> RecordedAmong(IReadOnlyList<AuditIntentRow> left)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var ids = left.Where(intent => !intent.IsTampered)
            .Select(intent => intent.RequestId)
            .ToHashSet(StringComparer.Ordinal);
        if (ids.Count == 0)
        {
            return found;
        }

        var oldest = left.Where(intent => !intent.IsTampered).Min(intent => intent.BegunAt);
        foreach (var segment in folder.Segments().Reverse())
        {
            using var reader = new SegmentReader(segment);
            DateTimeOffset? begun = null;
            while (reader.Read())
            {
                begun ??= TrailEvent.TryParse(reader.Line)?.Time;
                if (RequestIdOf(reader.Line) is { } id && ids.Contains(id))
                {
                    found.Add(id);
                }
            }

            if (begun < oldest)
            {
                break;
            }
        }

        return found;
    }

    private static string? RequestIdOf(ReadOnlySpan<byte> line)
    {
        var at = line.IndexOf(RequestIdField);
        if (at < 0)
        {
            return null;
        }

        var rest = line[(at + RequestIdField.Length)..];
        var end = rest.IndexOf((byte)'"');
        return end < 0 ? null : Encoding.UTF8.GetString(rest[..end]);
    }
}
