namespace Keyhold.Server.Tests.Storage;

public abstract class ManyWritersTests(DatabaseKind kind, int writers)
{
    public sealed class OnSqlite() : ManyWritersTests(DatabaseKind.Sqlite, 2_000);

    public sealed class OnPostgres() : ManyWritersTests(DatabaseKind.Postgres, 100);

    [Fact]
    public async Task Each_of_many_writers_is_answered_once_with_its_own_result()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, writers).Select(number => Task.Run(() => WriteAsync(database, number)))
        );

        Assert.Equal(Enumerable.Range(0, writers), answers);
        Assert.Equal((long)writers, database.RawValue("SELECT COUNT(*) FROM key_ring"));
    }

    private static Task<int> WriteAsync(TemporaryDatabase database, int number) =>
        database
            .Database.WriteAsync(
                async (session, stop) =>
                {
                    await session.ExecuteAsync(
                        "INSERT INTO key_ring (id, sealed_key, root_key_id, created_at) VALUES (@id, @key, 'root', 0)",
                        [new("@id", (long)number), new("@key", new byte[10])],
                        stop
                    );
                    return number;
                },
                default
            )
            .AsTask();
}
