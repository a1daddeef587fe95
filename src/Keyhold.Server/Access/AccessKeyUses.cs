using System.Collections.Concurrent;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Accounts;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Access;

/// <summary>
/// When each access key was used last. Requests only note it in memory; it reaches the disk about once a minute and at
/// the stop, so a crash loses up to a minute of it.
/// </summary>
internal sealed partial class AccessKeyUses : IDisposable
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, AccessKeyUseRow> pending = new(StringComparer.Ordinal);
    private readonly AccessKeyUseStore store;
    private readonly ILogger logger;
    private readonly ITimer timer;

    public AccessKeyUses(AccessKeyUseStore store, ILogger logger, TimeProvider time)
    {
        this.store = store;
        this.logger = logger;
        timer = time.CreateTimer(
            static state => _ = ((AccessKeyUses)state!).FlushAsync(CancellationToken.None).AsTask(),
            this,
            FlushEvery,
            FlushEvery
        );
    }

    /// <summary>Called for requests whose signature was good and whose key is enabled, whatever became of them then.</summary>
    public void Note(string accessKeyId, OperationInfo operation, RequestContext context) =>
        pending[accessKeyId] = new AccessKeyUseRow(
            accessKeyId,
            context.ReceivedAt,
            operation.AccessAction,
            context.Origin.KnownAddress?.ToString() ?? ""
        );

    public async ValueTask<AccessKeyUseRow?> FindAsync(string accessKeyId, CancellationToken stop) =>
        pending.TryGetValue(accessKeyId, out var noted) ? noted : await store.FindAsync(accessKeyId, stop);

    /// <summary>Writes what was noted since the last time. A failure is logged and tried again later.</summary>
    public async ValueTask FlushAsync(CancellationToken stop)
    {
        var uses = new List<AccessKeyUseRow>();
        foreach (var noted in pending)
        {
            // A newer use that came meanwhile is another value, and stays for the next time.
            if (pending.TryRemove(noted))
            {
                uses.Add(noted.Value);
            }
        }

        if (uses.Count == 0)
        {
            return;
        }

        try
        {
            await store.PutAsync(uses, stop);
        }
#pragma warning disable CA1031 // Runs beside the requests: no failure of it may end the process or a request.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.NotWritten(logger, failure);
            foreach (var use in uses)
            {
                pending.TryAdd(use.AccessKeyId, use);
            }
        }
    }

    public void Dispose() => timer.Dispose();

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Warning, "The last use of access keys could not be written; it is tried again.")]
        public static partial void NotWritten(ILogger logger, Exception error);
    }
}
