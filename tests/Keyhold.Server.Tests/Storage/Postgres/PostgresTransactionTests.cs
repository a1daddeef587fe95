using Keyhold.Storage;
using Npgsql;

namespace Keyhold.Server.Tests.Storage.Postgres;

public sealed class PostgresTransactionTests : IAsyncLifetime
{
    private TemporaryDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TemporaryDatabase.CreateAsync(DatabaseKind.Postgres);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Writers_that_rest_on_what_each_other_change_are_run_one_after_the_other()
    {
        // Under anything less than serializable, two writers count the same and take the same number.
        database.Raw("CREATE TABLE numbers (number bigint NOT NULL)");
        var runs = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(_ =>
                    Task.Run(async () =>
                        await database.Database.WriteAsync(
                            async (session, stop) =>
                            {
                                Interlocked.Increment(ref runs);
                                var count = await session.CountAsync("SELECT COUNT(*) FROM numbers", [], stop);
                                await Task.Delay(5, stop);
                                return await session.ExecuteAsync(
                                    "INSERT INTO numbers (number) VALUES (@number)",
                                    [new("@number", count + 1)],
                                    stop
                                );
                            },
                            default
                        )
                    )
                )
        );

        Assert.Equal(
            Enumerable.Range(1, 10).Select(number => $"{number}"),
            database.RawTexts("SELECT number FROM numbers ORDER BY number")
        );
        Assert.True(runs >= 10);
    }

    [Fact]
    public async Task Work_that_fails_by_its_own_reason_is_undone_and_the_reason_kept()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await database.Database.WriteAsync<int>(
                async (session, stop) =>
                {
                    await InsertAsync(session, 1, stop);
                    throw new InvalidOperationException("My own reason.");
                },
                default
            )
        );

        Assert.Equal("My own reason.", failure.Message);
        Assert.Equal(0L, Count());
        await WriteAsync(2);
        Assert.Equal(1L, Count());
    }

    [Fact]
    public async Task A_violated_constraint_is_not_called_an_unavailable_database()
    {
        await WriteAsync(1);

        var failure = await Assert.ThrowsAsync<PostgresException>(() => WriteAsync(1));

        Assert.Equal(PostgresErrorCodes.UniqueViolation, failure.SqlState);
    }

    [Fact]
    public async Task Work_that_hides_a_failed_statement_is_not_answered_as_done()
    {
        await WriteAsync(1);

        await Assert.ThrowsAsync<PostgresException>(async () =>
            await database.Database.WriteAsync(
                async (session, stop) =>
                {
                    await InsertAsync(session, 2, stop);
                    try
                    {
                        await InsertAsync(session, 1, stop);
                    }
                    catch (PostgresException)
                    {
                        // Hidden, as a careless store might.
                    }

                    return true;
                },
                default
            )
        );

        Assert.Equal(1L, Count());
    }

    [Fact]
    public async Task A_write_given_up_before_it_begins_is_not_done()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await database.Database.WriteAsync(
                (session, stop) => InsertAsync(session, 1, stop),
                new CancellationToken(canceled: true)
            )
        );

        Assert.Equal(0L, Count());
    }

    [Fact]
    public async Task A_write_given_up_after_it_has_begun_is_finished_and_answered()
    {
        using var giveUp = new CancellationTokenSource();

        var answer = await database.Database.WriteAsync(
            async (session, stop) =>
            {
                await giveUp.CancelAsync();
                return await InsertAsync(session, 1, stop);
            },
            giveUp.Token
        );

        Assert.Equal((1, 1L), (answer, Count()));
    }

    [Fact]
    public async Task A_read_sees_one_state_however_many_writes_come_between()
    {
        var counts = await database.Database.ReadAsync(
            async (session, stop) =>
            {
                var before = await session.CountAsync("SELECT COUNT(*) FROM key_ring", [], stop);
                await WriteAsync(1);
                return (before, await session.CountAsync("SELECT COUNT(*) FROM key_ring", [], stop));
            },
            default
        );

        Assert.Equal((0L, 0L), counts);
        Assert.Equal(1L, Count());
    }

    [Fact]
    public async Task A_read_cannot_write()
    {
        await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await database.Database.ReadAsync((session, stop) => InsertAsync(session, 1, stop), default)
        );

        Assert.Equal(0L, Count());
    }

    [Fact]
    public async Task A_read_of_one_statement_may_not_run_two()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await database.Database.ReadOneAsync(
                async (session, stop) =>
                    await session.CountAsync("SELECT COUNT(*)", [], stop)
                    + await session.CountAsync("SELECT COUNT(*)", [], stop),
                default
            )
        );
    }

    [Fact]
    public async Task A_read_that_fails_leaves_its_connection_usable()
    {
        for (var i = 0; i < 100; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(async () =>
                await database.Database.ReadAsync<int>(
                    async (session, stop) =>
                    {
                        await session.CountAsync("SELECT COUNT(*) FROM key_ring", [], stop);
                        throw new InvalidOperationException();
                    },
                    default
                )
            );
        }

        Assert.Equal(1L, await ReadOneAsync("SELECT COUNT(*)"));
    }

    [Fact]
    public async Task A_read_that_is_given_up_ends_and_leaves_the_rest_alone()
    {
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await database.Database.ReadOneAsync(
                (session, stop) => session.CountAsync("SELECT COUNT(*) FROM pg_sleep(60)", [], stop),
                giveUp.Token
            )
        );

        Assert.Equal(1L, await ReadOneAsync("SELECT COUNT(*)"));
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_given_up_for_the_client_and_on_the_server()
    {
        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(() =>
            ReadOneAsync("SELECT COUNT(*) FROM pg_sleep(60)")
        );

        Assert.Contains("no answer within 4 seconds", refusal.Message, StringComparison.Ordinal);
        while (
            database
                .RawTexts(
                    "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT COUNT(*) FROM pg_sleep%' AND state = 'active'"
                )
                .Count > 0
        )
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Statements_are_prepared_once_per_connection()
    {
        for (var i = 0; i < 5; i++)
        {
            await database.AccessKeys.FindAsync("missing", default);
        }

        Assert.Equal(
            1L,
            await ReadOneAsync(
                "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM access_keys WHERE%'"
            )
        );
    }

    [Fact]
    public async Task A_closed_database_refuses_what_comes_later()
    {
        await database.Database.DisposeAsync();
        await database.Database.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => WriteAsync(1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ReadOneAsync("SELECT COUNT(*)"));
    }

    private Task<long> ReadOneAsync(string sql) =>
        database.Database.ReadOneAsync((session, stop) => session.CountAsync(sql, [], stop), default).AsTask();

    private Task<int> WriteAsync(int id) =>
        database.Database.WriteAsync((session, stop) => InsertAsync(session, id, stop), default).AsTask();

    private static ValueTask<int> InsertAsync(Session session, int id, CancellationToken stop) =>
        session.ExecuteAsync(
            "INSERT INTO key_ring (id, sealed_key, root_key_id, created_at) VALUES (@id, @key, 'root', 0)",
            [new("@id", (long)id), new("@key", new byte[] { 1 })],
            stop
        );

    private long Count() => (long)database.RawValue("SELECT COUNT(*) FROM key_ring")!;
}
