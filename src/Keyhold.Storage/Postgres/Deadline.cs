namespace Keyhold.Storage.Postgres;

/// <summary>
/// Answers for work that a server leaves hanging: whoever waits hears of it in time, whatever the network does
/// meanwhile.
/// </summary>
internal static class Deadline
{
    /// <summary>A client waits at most 5 seconds for its answer; this leaves the rest of the request its share.</summary>
    public static readonly TimeSpan ForRequests = TimeSpan.FromSeconds(4);

    /// <summary>At the start nobody waits for an answer, and a slow server is better than none.</summary>
    public static readonly TimeSpan ForStart = TimeSpan.FromSeconds(20);

    /// <param name="work">
    /// Ends, if late, once its token says so; until then nobody waits for it any more. What it brings too late is disposed of.
    /// </param>
    public static async ValueTask<T> RunAsync<T>(
        Func<CancellationToken, ValueTask<T>> work,
        TimeSpan limit,
        Func<TimeSpan, StorageUnavailableException> whenPassed,
        CancellationToken stop
    )
    {
        stop.ThrowIfCancellationRequested();
        var cancellation = new CancellationTokenSource();
        var running = work(cancellation.Token).AsTask();
        await ((Task)running).WaitAsync(limit, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.IsCompleted)
        {
            cancellation.Dispose();
            return await running;
        }

        Abandon(running, cancellation);
        stop.ThrowIfCancellationRequested();
        throw whenPassed(limit);
    }

    /// <summary>
    /// Cancelling makes Npgsql ask the server to stop, over a new connection and on the thread that cancels: so it gets one
    /// of its own. A dead server would block the thread pool otherwise, once for each request that it leaves hanging.
    /// </summary>
    private static void Abandon<T>(Task<T> running, CancellationTokenSource cancellation)
    {
        _ = EndAsync(running, cancellation);
        new Thread(() =>
        {
            try
            {
                cancellation.Cancel();
            }
            catch (Exception exception) when (exception is ObjectDisposedException or AggregateException)
            {
                // The work ended at the same moment, or could not even be cancelled: its caller has been answered.
            }
        })
        {
            IsBackground = true,
            Name = "Keyhold database deadline",
        }.Start();
    }

    /// <summary>A result that nobody waits for may hold a connection and the server's lock with it.</summary>
    private static async Task EndAsync<T>(Task<T> running, CancellationTokenSource cancellation)
    {
        try
        {
            switch (await running)
            {
                case IAsyncDisposable late:
                    await late.DisposeAsync();
                    break;
                case IDisposable late:
                    late.Dispose();
                    break;
            }
        }
#pragma warning disable CA1031 // Whoever wanted to know has been answered.
        catch (Exception)
#pragma warning restore CA1031
        {
            return;
        }
        finally
        {
            cancellation.Dispose();
        }
    }
}
