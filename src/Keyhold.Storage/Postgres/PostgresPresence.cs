using System.Threading.Channels;
using Npgsql;

namespace Keyhold.Storage.Postgres;

/// <summary>
/// A node's presence: one connection of its own that holds two advisory locks and listens, opened again when it is lost, and
/// a queue of news to send. The lock of the name is the node's alone; the other one all nodes share, and who wants to be
/// alone takes it for himself.
/// </summary>
internal sealed class PostgresPresence : IAsyncDisposable
{
    /// <summary>What is heard when anything may have been missed.</summary>
    public const string AnythingMayHaveChanged = "";

    /// <summary>The lock that all nodes share, by the name under which somebody may take it for himself.</summary>
    public const string Alone = "nodes";

    private const string Channel = "keyhold";
    private const int MostWaiting = 1_000;
    private const int Check = 5_000;

    /// <summary>No request waits here. A primary that is gone without a word would hold the node's locks in name only.</summary>
    private const int SecondsOfCommand = 5;

    // A dead node's machine may be gone without a word: the server asks after it, and lets go of its locks within seconds.
    private const string Prepare = """
        SELECT
            set_config('tcp_keepalives_idle', '3', false),
            set_config('tcp_keepalives_interval', '2', false),
            set_config('tcp_keepalives_count', '2', false)
        """;

    private const string Share =
        "SELECT pg_try_advisory_lock_shared(hashtextextended('keyhold ' || current_schema() || ' nodes', 0))";

    /// <summary>How long a start waits for the locks of the process before, which may have been killed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly NpgsqlDataSource single;
    private readonly string node;
    private readonly Action<string> hear;
    private readonly CancellationTokenSource leaving = new();
    private readonly Channel<string> news = System.Threading.Channels.Channel.CreateBounded<string>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest }
    );
    private Task listening = Task.CompletedTask;
    private Task telling = Task.CompletedTask;

    private PostgresPresence(NpgsqlDataSource single, string node, Action<string> hear)
    {
        this.single = single;
        this.node = node;
        this.hear = hear;
    }

    /// <summary><see cref="StorageUnavailableException"/> when another process bears the name, or works alone.</summary>
    public static async ValueTask<NodePresence> EnterAsync(
        NpgsqlDataSource single,
        string place,
        string node,
        Action<string> hear,
        CancellationToken stop
    )
    {
        var presence = new PostgresPresence(single, node, hear);
        var connection = await presence.OpenPatientlyAsync(place, stop);
        presence.listening = Task.Run(() => presence.ListenAsync(connection), CancellationToken.None);
        presence.telling = Task.Run(presence.TellAllAsync, CancellationToken.None);
        return new NodePresence(text => presence.news.Writer.TryWrite(text), presence.DisposeAsync);
    }

    private async ValueTask<NpgsqlConnection> OpenPatientlyAsync(string place, CancellationToken stop)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            var connection = await single.OpenConnectionAsync(stop);
            try
            {
                if (await TakeAsync(connection, stop))
                {
                    return connection;
                }
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }

            await connection.DisposeAsync();
            if (waited >= Patience)
            {
                throw new StorageUnavailableException(
                    $"Another process works as {node} on the PostgreSQL database {place}, or a command has it to itself. Each "
                        + "node needs a data folder of its own, made by its first start: never copy one."
                );
            }

            await Task.Delay(Pause, stop);
        }
    }

    private async ValueTask<bool> TakeAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await RunAsync(connection, Prepare, stop);
        await using var share = new NpgsqlCommand(Share, connection) { CommandTimeout = SecondsOfCommand };
        return await PostgresLocks.TryTakeAsync(connection, $"node {node}", stop)
            && await share.ExecuteScalarAsync(stop) is true;
    }

    private async Task ListenAsync(NpgsqlConnection first)
    {
        var connection = first;
        while (!leaving.IsCancellationRequested)
        {
            try
            {
                connection ??= await ReopenAsync();
                await ListenOnAsync(connection);
            }
#pragma warning disable CA1031 // Hearsay: whatever broke, the next attempt is what there is to do about it.
            catch (Exception)
#pragma warning restore CA1031
            {
                await PauseAsync();
            }
            finally
            {
                if (connection is not null)
                {
                    await connection.DisposeAsync();
                    connection = null;
                }
            }
        }
    }

    private async Task<NpgsqlConnection> ReopenAsync()
    {
        var connection = await single.OpenConnectionAsync(leaving.Token);

        try
        {
            // The ghost of the lost connection may still hold the locks at the server. Then the next round takes them.
            return await TakeAsync(connection, leaving.Token)
                ? connection
                : throw new StorageUnavailableException($"The name {node} is taken.");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task ListenOnAsync(NpgsqlConnection connection)
    {
        connection.Notification += (_, notice) =>
        {
            if (Heard(notice.Payload) is { } text)
            {
                hear(text);
            }
        };
        await RunAsync(connection, $"LISTEN {Channel}", leaving.Token);
        hear(AnythingMayHaveChanged);
        while (true)
        {
            if (!await connection.WaitAsync(Check, leaving.Token))
            {
                // A connection that is dead and silent shows only when something is asked.
                await RunAsync(connection, "SELECT 1", leaving.Token);
            }
        }
    }

    private async Task TellAllAsync()
    {
        try
        {
            await foreach (var text in news.Reader.ReadAllAsync(leaving.Token))
            {
                await TellAsync(text);
            }
        }
        catch (OperationCanceledException)
        {
            // The node leaves.
        }
    }

    private async Task TellAsync(string text)
    {
        try
        {
            await using var connection = await single.OpenConnectionAsync(leaving.Token);
            await using var notify = new NpgsqlCommand($"SELECT pg_notify('{Channel}', @text)", connection)
            {
                CommandTimeout = SecondsOfCommand,
            };
            notify.Parameters.AddWithValue("@text", $"{node} {text}");
            await notify.ExecuteNonQueryAsync(leaving.Token);
        }
        catch (Exception lost) when (PostgresFault.IsMendable(lost))
        {
            // Nobody counts on it.
        }
    }

    /// <summary>What another node tells; null for what this one told itself.</summary>
    private string? Heard(string payload)
    {
        var end = payload.IndexOf(' ', StringComparison.Ordinal);
        return end < 0 || string.Equals(payload[..end], node, StringComparison.Ordinal) ? null : payload[(end + 1)..];
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(Pause, leaving.Token);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        news.Writer.TryComplete();
        await Task.WhenAll(listening, telling);
        leaving.Dispose();
    }

    private static async ValueTask RunAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = SecondsOfCommand };
        await command.ExecuteNonQueryAsync(stop);
    }
}
