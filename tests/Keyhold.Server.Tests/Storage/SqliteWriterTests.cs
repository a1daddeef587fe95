using Keyhold.Storage;

namespace Keyhold.Server.Tests.Storage;

/// <summary>
/// The writer takes what waits into one batch. A unit that waits for the test holds the batch open, so that what the
/// test then hands in is sure to share its commit.
/// </summary>
public sealed class SqliteWriterTests
{
    [Fact]
    public async Task Nobody_is_answered_before_the_commit()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        await WriteAsync(database, 1);
        using var gate = new Gate();
        var first = database.Database.WriteAsync(gate.HoldAsync, default).AsTask();
        await gate.Reached;

        var second = WriteAsync(database, 2);
        using var secondGate = new Gate();
        var third = database.Database.WriteAsync(secondGate.HoldAsync, default).AsTask();
        gate.Open();
        await secondGate.Reached;

        // The third unit runs now, so the second has run; but their common commit is still to come.
        Assert.False(second.IsCompleted);
        Assert.Equal(1L, Count(database));
        secondGate.Open();
        await Task.WhenAll(first, second, third);
        Assert.Equal(2L, Count(database));
    }

    [Fact]
    public async Task A_unit_that_fails_is_undone_alone()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        using var gate = new Gate();
        var holding = database.Database.WriteAsync(gate.HoldAsync, default).AsTask();
        await gate.Reached;
        var before = WriteAsync(database, 1);
        var failing = WriteAsync(database, 2, new InvalidOperationException("My own reason."));
        var after = WriteAsync(database, 3);

        gate.Open();

        await Task.WhenAll(holding, before, after);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        Assert.Equal("My own reason.", failure.Message);
        Assert.Equal(["1", "3"], database.RawTexts("SELECT id FROM key_ring ORDER BY id"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_unit_that_breaks_a_constraint_is_undone_alone()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        using var gate = new Gate();
        var holding = database.Database.WriteAsync(gate.HoldAsync, default).AsTask();
        await gate.Reached;
        var first = WriteAsync(database, 1);
        var again = WriteAsync(database, 1);
        var orphan = database.Certificates.AddAsync(Sample.Certificate("a"), null, default).AsTask();

        gate.Open();

        await Task.WhenAll(holding, first, orphan);
        await Assert.ThrowsAnyAsync<Exception>(() => again);
        Assert.Equal(1L, Count(database));
    }

    [Fact]
    public async Task When_the_commit_fails_all_callers_of_the_batch_hear_the_same_and_nothing_is_kept()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        using var gate = new Gate();
        var holding = database.Database.WriteAsync(gate.HoldAsync, default).AsTask();
        await gate.Reached;
        var good = WriteAsync(database, 1);
        var refused = WriteAsync(database, 2, new InvalidOperationException("Seen in a state that was never kept."));

        // An orphan whose foreign key is looked at only at the commit.
        var breaking = database
            .Database.WriteAsync(
                async (session, stop) =>
                {
                    await session.ExecuteAsync("PRAGMA defer_foreign_keys = ON", [], stop);
                    var orphan = Keyhold.Storage.Certificates.UploadTable.Write(
                        Sample.Upload("nobody", 1),
                        new TestRowAuthenticator()
                    );
                    return await session.ExecuteAsync(Keyhold.Storage.Certificates.UploadTable.Upsert, orphan, stop);
                },
                default
            )
            .AsTask();
        gate.Open();

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => breaking);
        Assert.Same(failure, await Record.ExceptionAsync(() => good));
        Assert.Same(failure, await Record.ExceptionAsync(() => refused));
        Assert.Same(failure, await Record.ExceptionAsync(() => holding));
        Assert.Equal(0L, Count(database));

        await WriteAsync(database, 3);
        Assert.Equal(1L, Count(database));
    }

    [Fact]
    public async Task A_write_given_up_while_it_waits_is_not_done()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        using var gate = new Gate();
        using var stop = new CancellationTokenSource();
        var holding = database.Database.WriteAsync(gate.HoldAsync, default).AsTask();
        await gate.Reached;
        var waiting = WriteAsync(database, 1, stop: stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Open();
        await holding;
        await WriteAsync(database, 2);
        Assert.Equal(["2"], database.RawTexts("SELECT id FROM key_ring"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_write_given_up_before_it_is_handed_in_is_not_done()
    {
        await using var database = await TemporaryDatabase.CreateAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            WriteAsync(database, 1, stop: new CancellationToken(canceled: true))
        );

        Assert.Equal(0L, Count(database));
    }

    [Fact]
    public async Task A_write_given_up_after_it_has_begun_is_finished_and_answered()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        using var gate = new Gate();
        using var stop = new CancellationTokenSource();
        var begun = database
            .Database.WriteAsync(
                async (session, inner) =>
                {
                    await gate.HoldAsync(session, inner);
                    inner.ThrowIfCancellationRequested();
                    return await InsertAsync(session, 1, inner);
                },
                stop.Token
            )
            .AsTask();
        await gate.Reached;

        await stop.CancelAsync();
        gate.Open();

        Assert.Equal(1, await begun);
        Assert.Equal(1L, Count(database));
    }

    [Fact]
    public async Task Closing_finishes_what_was_handed_in_and_refuses_what_comes_later()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        var writes = Enumerable.Range(0, 300).Select(number => WriteAsync(database, number)).ToList();

        await database.Database.DisposeAsync();
        await database.Database.DisposeAsync();

        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => WriteAsync(database, 1000));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await database.KeyRing.ListAsync(default));
        await database.OpenAsync();
        Assert.Equal(300L, Count(database));
    }

    [Fact]
    public async Task More_writers_than_the_queue_holds_are_all_served()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        using var gate = new Gate();
        var holding = database.Database.WriteAsync(gate.HoldAsync, default).AsTask();
        await gate.Reached;
        var writes = Enumerable.Range(0, 3000).Select(number => WriteAsync(database, number)).ToList();

        gate.Open();

        await Task.WhenAll([holding, .. writes]);
        Assert.Equal(3000L, Count(database));
    }

    [Fact]
    public async Task A_read_sees_one_state_however_many_writes_come_between()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        await WriteAsync(database, 1);

        var counts = await database.Database.ReadAsync(
            async (session, stop) =>
            {
                var before = await session.CountAsync("SELECT COUNT(*) FROM key_ring", [], stop);
                await WriteAsync(database, 2, stop: stop);
                return (before, await session.CountAsync("SELECT COUNT(*) FROM key_ring", [], stop));
            },
            default
        );

        Assert.Equal((1L, 1L), counts);
        Assert.Equal(2, (await database.KeyRing.ListAsync(default)).Count);
    }

    [Fact]
    public async Task A_read_cannot_write()
    {
        await using var database = await TemporaryDatabase.CreateAsync();

        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await database.Database.ReadAsync((session, stop) => InsertAsync(session, 1, stop), default)
        );

        Assert.Equal(0L, Count(database));
    }

    [Fact]
    public async Task A_read_that_fails_leaves_its_connection_usable()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
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

        await WriteAsync(database, 1);
        Assert.Single(await database.KeyRing.ListAsync(default));
    }

    [Fact]
    public async Task A_full_disk_is_named_keeps_what_was_answered_and_heals()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        await WriteAsync(database, 1);
        await LimitPagesAsync(database, 64);
        var writes = Enumerable
            .Range(2, 20)
            .Select(number => (number, Write: WriteAsync(database, number, size: 100_000)))
            .ToList();

        var kept = new List<string> { "1" };
        foreach (var (number, write) in writes)
        {
            var outcome = await Record.ExceptionAsync(() => write);
            if (outcome is null)
            {
                kept.Add($"{number}");
            }
            else
            {
                Assert.Contains(
                    $"no room left for the database {database.File}",
                    Assert.IsType<StorageUnavailableException>(outcome).Message,
                    StringComparison.Ordinal
                );
            }
        }

        Assert.InRange(kept.Count, 1, 4);
        Assert.Equal(kept, database.RawTexts("SELECT id FROM key_ring ORDER BY id"), StringComparer.Ordinal);
        await LimitPagesAsync(database, 1_000_000);
        await WriteAsync(database, 100, size: 1_000_000);
        Assert.Equal("ok", database.RawValue("PRAGMA integrity_check"));
    }

    private static Task<int> WriteAsync(
        TemporaryDatabase database,
        int number,
        Exception? failure = null,
        int size = 10,
        CancellationToken stop = default
    ) =>
        database
            .Database.WriteAsync(
                async (session, inner) =>
                {
                    await InsertAsync(session, number, inner, size);
                    return failure is null ? number : throw failure;
                },
                stop
            )
            .AsTask();

    private static ValueTask<int> InsertAsync(Session session, int number, CancellationToken stop, int size = 10) =>
        session.ExecuteAsync(
            "INSERT INTO key_ring (id, sealed_key, root_key_id, created_at) VALUES (@id, @sealed_key, 'root', 0)",
            [new("@id", (long)number), new("@sealed_key", new byte[size])],
            stop
        );

    private static async Task LimitPagesAsync(TemporaryDatabase database, int pages) =>
        await database.Database.WriteAsync(
            (session, stop) => session.CountAsync($"PRAGMA max_page_count = {pages}", [], stop),
            default
        );

    private static long Count(TemporaryDatabase database) => (long)database.RawValue("SELECT COUNT(*) FROM key_ring")!;

    private sealed class Gate : IDisposable
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim open = new(0);

        public Task Reached => reached.Task;

        public async ValueTask<bool> HoldAsync(Session session, CancellationToken stop)
        {
            reached.SetResult();
            await open.WaitAsync(stop);
            return true;
        }

        public void Open() => open.Release();

        public void Dispose() => open.Dispose();
    }
}
