namespace Keyhold.Server.Tests.Storage;

public abstract class AccessKeyStoreTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : AccessKeyStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : AccessKeyStoreTests(DatabaseKind.Postgres);

    [Fact]
    public async Task What_is_added_is_found_as_it_was()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        Assert.True(await database.AccessKeys.AddAsync(Sample.AccessKey(), default));

        await database.ReopenAsync();

        Assert.Equivalent(
            Sample.AccessKey(),
            await database.AccessKeys.FindAsync("LTAIexample", default),
            strict: true
        );
    }

    [Theory]
    [InlineData("ltaiexample")]
    [InlineData("LTAIexample ")]
    [InlineData("LTAI%")]
    [InlineData("LTAIexample\0")]
    [InlineData("\0LTAIexample")]
    [InlineData("")]
    public async Task Another_id_is_not_found_changed_or_deleted(string accessKeyId)
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        await database.AccessKeys.AddAsync(Sample.AccessKey(), default);

        Assert.Null(await database.AccessKeys.FindAsync(accessKeyId, default));
        Assert.False(await database.AccessKeys.UpdateStatusAsync(accessKeyId, "Inactive", default));
        Assert.False(await database.AccessKeys.DeleteAsync(accessKeyId, default));
        Assert.Equal("Active", (await database.AccessKeys.FindAsync("LTAIexample", default))!.Status);
    }

    [Fact]
    public async Task An_id_that_exists_is_not_added_again()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        await database.AccessKeys.AddAsync(Sample.AccessKey(), default);

        Assert.False(await database.AccessKeys.AddAsync(Sample.AccessKey() with { SealedSecret = [9] }, default));

        Assert.Equivalent(
            Sample.AccessKey(),
            await database.AccessKeys.FindAsync("LTAIexample", default),
            strict: true
        );
    }

    [Fact]
    public async Task A_status_change_counts_the_revision_and_leaves_the_rest()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        await database.AccessKeys.AddAsync(Sample.AccessKey(), default);

        Assert.True(await database.AccessKeys.UpdateStatusAsync("LTAIexample", "Inactive", default));

        Assert.Equivalent(
            Sample.AccessKey() with
            {
                Status = "Inactive",
                Revision = 2,
            },
            await database.AccessKeys.FindAsync("LTAIexample", default),
            strict: true
        );
    }

    [Fact]
    public async Task Keys_are_listed_oldest_first_until_they_are_deleted()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        Assert.Empty(await database.AccessKeys.ListAsync(default));
        await database.AccessKeys.AddAsync(Sample.AccessKey("b") with { CreatedAt = Sample.Time.AddDays(1) }, default);
        await database.AccessKeys.AddAsync(Sample.AccessKey("d"), default);
        await database.AccessKeys.AddAsync(Sample.AccessKey("c"), default);

        Assert.Equal("c d b", await ListAsync());
        Assert.True(await database.AccessKeys.DeleteAsync("d", default));
        Assert.False(await database.AccessKeys.DeleteAsync("d", default));
        Assert.Equal("c b", await ListAsync());

        async Task<string> ListAsync() =>
            string.Join(' ', (await database.AccessKeys.ListAsync(default)).Select(key => key.AccessKeyId));
    }
}
