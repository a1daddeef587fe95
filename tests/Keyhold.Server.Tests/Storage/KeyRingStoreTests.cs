using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.Tests.Storage;

public abstract class KeyRingStoreTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : KeyRingStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : KeyRingStoreTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Keys_are_listed_by_id_as_they_were_added()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        Assert.Empty(await database.KeyRing.ListAsync(default));
        var second = new KeyRingRow(2, [3, 4], "root-b", Sample.Time.AddDays(1));
        var first = new KeyRingRow(1, [1, 2], "root-a", Sample.Time);
        await database.KeyRing.AddAsync(second, default);
        await database.KeyRing.AddAsync(first, default);

        await database.ReopenAsync();

        Assert.Equivalent(new[] { first, second }, await database.KeyRing.ListAsync(default), strict: true);
    }

    [Fact]
    public async Task A_key_id_is_never_given_to_another_key()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        await database.KeyRing.AddAsync(new KeyRingRow(1, [1, 2], "root-a", Sample.Time), default);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await database.KeyRing.AddAsync(new KeyRingRow(1, [9], "root-a", Sample.Time), default)
        );

        Assert.Equal([1, 2], Assert.Single(await database.KeyRing.ListAsync(default)).SealedKey);
    }
}
