using Npgsql;

namespace Keyhold.Storage.Postgres;

/// <summary>
/// A PostgreSQL database that several nodes may share. Writes are serializable and durable when they are answered: on the
/// server's disk, and on its synchronous standby where there is one. A server that is away, or does not answer, is a
/// <see cref="StorageUnavailableException"/> within 5 seconds; once it is back, so is this.
/// </summary>
public sealed class PostgresDatabase : Database
{
    private const string BeginReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    private const string BeginWriting = "BEGIN ISOLATION LEVEL SERIALIZABLE";

    /// <summary>How long one statement may take where nobody waits for an answer.</summary>
    private static readonly TimeSpan StatementOfWhole = TimeSpan.FromSeconds(60);

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource single;
    private readonly FolderLock? folder;
    private readonly string place;

    private PostgresDatabase(
        NpgsqlDataSource source,
        PostgresSettings settings,
        FolderLock? folder,
        IReadOnlyList<string> warnings
    )
    {
        this.source = source;
        this.folder = folder;
        single = PostgresConnections.Build(settings.UnpooledConnectionString);
        place = settings.Place;
        Warnings = warnings;
    }

    public override bool IsShared => true;

    public override string Place => $"PostgreSQL database {place}";

    public override IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// A connection string for people: what it names, without a secret. <see cref="StorageUnavailableException"/> says
    /// what is wrong with one that cannot be used.
    /// </summary>
    public static string Describe(string connectionString) => PostgresSettings.Parse(connectionString).Description;

    /// <summary>
    /// Opens the database that the connection string of Npgsql names. <see cref="SchemaException"/> when the database is
    /// not migrated, too new or not Keyhold's; <see cref="StorageUnavailableException"/> when the string cannot be read, or
    /// the server cannot be reached or does not let Keyhold in.
    /// </summary>
    /// <param name="folder">The node's own folder, which is made when it is missing and taken for this process.</param>
    public static async ValueTask<PostgresDatabase> OpenAsync(
        string connectionString,
        bool migrate,
        CancellationToken stop,
        string? folder = null
    )
    {
        var settings = PostgresSettings.Parse(connectionString);
        var taken = folder is null ? null : FolderLock.Take(folder);
        try
        {
            return await OpenAsync(settings, migrate, taken, stop);
        }
        catch
        {
            taken?.Dispose();
            throw;
        }
    }

    private static async ValueTask<PostgresDatabase> OpenAsync(
        PostgresSettings settings,
        bool migrate,
        FolderLock? folder,
        CancellationToken stop
    )
    {
        if (migrate)
        {
            await MigrateAsync(settings, stop);
        }

        var pool = PostgresConnections.Build(settings.ConnectionString);
        try
        {
            var warnings = await Deadline.RunAsync(
                token => ExplainedAsync(settings.Place, () => ExamineAsync(pool, settings, token)),
                Deadline.ForStart,
                limit => PostgresFault.Hangs(settings.Place, limit),
                stop
            );
            return new PostgresDatabase(pool, settings, folder, warnings);
        }
        catch
        {
            await pool.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Brings the database to this program's schema. Several nodes may do so at once: one does it, the others wait for it.
    /// </summary>
    public static ValueTask<MigrationResult> MigrateAsync(string connectionString, CancellationToken stop) =>
        MigrateAsync(PostgresSettings.Parse(connectionString), stop);

    public override ValueTask<T> ReadAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => RunAsync(token => ReadAsync(read, BeginReading, token), stop);

    public override ValueTask<T> ReadOneAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => RunAsync(token => ReadAsync(read, begin: null, token), stop);

    public override ValueTask<T> WriteAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        CancellationToken stop
    ) => RunAsync(token => WriteAsync(write, stop, token), CancellationToken.None);

    public override ValueTask<T> ReadWholeAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => WholeAsync(read, BeginReading, stop);

    public override ValueTask<T> WriteWholeAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        CancellationToken stop
    ) => WholeAsync(write, BeginWriting, stop);

    public override ValueTask<JobLock?> TryLockAsync(string job, CancellationToken stop) =>
        LockAsync($"job {job}", stop);

    public override ValueTask<JobLock?> TryLockAloneAsync(CancellationToken stop) =>
        LockAsync(PostgresPresence.Alone, stop);

    public override async ValueTask<NodePresence?> EnterAsync(
        string node,
        Action<string> hear,
        CancellationToken stop
    ) =>
        await Deadline.RunAsync(
            token => ExplainedAsync(place, () => PostgresPresence.EnterAsync(single, place, node, hear, token)),
            Deadline.ForStart,
            limit => PostgresFault.Hangs(place, limit),
            stop
        );

    private async ValueTask<JobLock?> LockAsync(string name, CancellationToken stop)
    {
        var held = await Deadline.RunAsync(
            token => ExplainedAsync(place, () => PostgresLocks.TryTakeAsync(single, name, token)),
            Deadline.ForRequests,
            limit => PostgresFault.Hangs(place, limit),
            stop
        );
        return held is null ? null : new JobLock(held.DisposeAsync);
    }

    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await single.DisposeAsync();
        folder?.Dispose();
    }

    private ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken stop) =>
        Deadline.RunAsync(
            token => ExplainedAsync(place, () => Attempts.RunAsync(() => work(token), token)),
            Deadline.ForRequests,
            limit => PostgresFault.Hangs(place, limit),
            stop
        );

    /// <summary>One transaction without a limit, whose statements have one; what fails is undone with its connection.</summary>
    private async ValueTask<T> WholeAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> work,
        string begin,
        CancellationToken stop
    )
    {
        // Between two statements keys are tried or a slow disk is waited for, which the server must not take for a dead node.
        const string StayConnected = "SET LOCAL idle_in_transaction_session_timeout = '10min'";
        return await ExplainedAsync(
            place,
            async () =>
            {
                await using var connection = await OpenAsync(stop);
                var statements = new PostgresStatements(connection, begin, StatementOfWhole);
                var session = new Session(statements);
                await session.ExecuteAsync(StayConnected, [], stop);
                var result = await work(session, stop);
                await CommitAsync(connection, stop);
                return result;
            }
        );
    }

    private async ValueTask<T> ReadAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        string? begin,
        CancellationToken stop
    )
    {
        await using var connection = await OpenAsync(stop);
        var statements = new PostgresStatements(connection, begin);
        var result = await read(new Session(statements), stop);
        if (begin is not null && statements.HasBegun)
        {
            await using var end = new NpgsqlCommand("COMMIT", connection);
            await end.ExecuteNonQueryAsync(stop);
        }

        return result;
    }

    /// <param name="stop">Counts until the work has begun.</param>
    /// <param name="deadline">Counts always.</param>
    private async ValueTask<T> WriteAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        CancellationToken stop,
        CancellationToken deadline
    )
    {
        await using var connection = await OpenAsync(stop, deadline);
        var statements = new PostgresStatements(connection, BeginWriting);
        var result = await write(new Session(statements), deadline);
        if (statements.HasBegun)
        {
            await CommitAsync(connection, deadline);
        }

        return result;
    }

    private async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken stop, CancellationToken deadline)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline);
        try
        {
            // A connection from the pool is there at once, whatever the token says.
            either.Token.ThrowIfCancellationRequested();
            return await OpenAsync(either.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(stop);
        }
    }

    private async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken stop)
    {
        try
        {
            return await source.OpenConnectionAsync(stop);
        }
        catch (Exception exception) when (PostgresFault.IsMendable(exception))
        {
            // Explained here, since a server that is away now is away at the next attempt, too.
            throw PostgresFault.Explain(exception, place);
        }
    }

    private async ValueTask CommitAsync(NpgsqlConnection connection, CancellationToken deadline)
    {
        // COMMIT of a transaction in which a statement has failed is a silent rollback; a statement before it tells.
        await using var end = new NpgsqlBatch(connection);
        end.BatchCommands.Add(new NpgsqlBatchCommand("SELECT 1"));
        end.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        try
        {
            await end.ExecuteNonQueryAsync(deadline);
        }
        catch (Exception exception) when (!PostgresFault.IsRefusedCommit(exception))
        {
            throw PostgresFault.IsUnsure(exception, place);
        }
    }

    private static async ValueTask<T> ExplainedAsync<T>(string place, Func<ValueTask<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (PostgresFault.IsMendable(exception))
        {
            throw PostgresFault.Explain(exception, place);
        }
    }

    private static async ValueTask<MigrationResult> MigrateAsync(PostgresSettings settings, CancellationToken stop)
    {
        await using var turns = PostgresConnections.Build(settings.UnpooledConnectionString);
        await using var impatient = PostgresConnections.Build(settings.MigratingConnectionString);
        return await ExplainedAsync(
            settings.Place,
            () => PostgresMigrations.ApplyAsync(turns, impatient, settings.Place, stop)
        );
    }

    private static async ValueTask<IReadOnlyList<string>> ExamineAsync(
        NpgsqlDataSource pool,
        PostgresSettings settings,
        CancellationToken stop
    )
    {
        await using var connection = await pool.OpenConnectionAsync(stop);
        await PostgresMigrations.CheckAsync(connection, settings.Place, stop);
        var warnings = new List<string>();
        await using var ask = new NpgsqlCommand(
            "SELECT coalesce(current_setting('fsync', true), 'on'), coalesce(current_setting('full_page_writes', true), 'on')",
            connection
        );
        await using var answer = await ask.ExecuteReaderAsync(stop);
        await answer.ReadAsync(stop);
        if (answer.GetString(0) is not "on" || answer.GetString(1) is not "on")
        {
            warnings.Add(
                $"The PostgreSQL server of {settings.Place} runs with fsync or full_page_writes off: a loss of power loses "
                    + "answered changes or the whole database. Turn both on."
            );
        }

        if (!settings.IsVerified)
        {
            warnings.Add(
                $"The connection to {settings.Place} leaves this machine and does not check the server's certificate. Add "
                    + "SSL Mode=VerifyFull and, for a CA of your own, Root Certificate=FILE to the connection string."
            );
        }

        return warnings;
    }
}
