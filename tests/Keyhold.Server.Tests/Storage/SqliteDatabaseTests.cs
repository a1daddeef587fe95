using Keyhold.Storage;
using Keyhold.Storage.Sqlite;

namespace Keyhold.Server.Tests.Storage;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly string folder = TemporaryDatabase.CreateFolder();

    private string Database => Path.Combine(folder, "keyhold.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Migrating_an_empty_folder_brings_the_newest_schema_and_doing_it_again_does_nothing()
    {
        var first = SqliteDatabase.Migrate(Database);
        var second = SqliteDatabase.Migrate(Database);

        Assert.Equal((0, Schema.Version), (first.From, first.To));
        Assert.Equal("0001-foundation.sql", first.Applied[0]);
        Assert.Equal((Schema.Version, Schema.Version), (second.From, second.To));
        Assert.Empty(second.Applied);
    }

    [Fact]
    public void The_database_states_the_versions_that_the_program_knows()
    {
        SqliteDatabase.Migrate(Database);

        Assert.Equal((long)Schema.Version, Raw("SELECT version FROM keyhold_schema"));
        Assert.Equal((long)Schema.OldestProgram, Raw("SELECT oldest_program FROM keyhold_schema"));
        Assert.Equal((long)Schema.Version, Raw("SELECT COUNT(*) FROM SchemaVersions"));
        Assert.Equal("0001-foundation.sql", Raw("SELECT ScriptName FROM SchemaVersions ORDER BY 1 LIMIT 1"));
    }

    [Fact]
    public async Task Durability_is_set_as_promised()
    {
        await using var database = await OpenAsync(migrate: true);

        var settings = await database.WriteAsync(
            async (session, stop) =>
                (
                    await session.FindAsync("PRAGMA journal_mode", [], reader => reader.GetString(0), stop),
                    await session.CountAsync("PRAGMA synchronous", [], stop),
                    await session.CountAsync("PRAGMA foreign_keys", [], stop),
                    await session.CountAsync("PRAGMA busy_timeout", [], stop)
                ),
            default
        );

        Assert.Equal(("wal", 2L, 1L, 10_000L), settings);
    }

    [Fact]
    public async Task Migrating_says_nothing_on_the_console()
    {
        var console = Console.Out;
        await using var heard = new StringWriter();
        Console.SetOut(heard);
        try
        {
            SqliteDatabase.Migrate(Database);
        }
        finally
        {
            Console.SetOut(console);
        }

        // Other tests may speak meanwhile.
        Assert.DoesNotContain("0001-foundation", heard.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("SchemaVersions", heard.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_database_is_not_created_by_opening_it()
    {
        var refusal = await Assert.ThrowsAsync<SchemaException>(() => OpenAsync(migrate: false));

        Assert.Contains($"no database {Database}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("keyhold database migrate", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task An_empty_database_is_refused_with_the_remedy()
    {
        await File.WriteAllBytesAsync(Database, []);

        var refusal = await Assert.ThrowsAsync<SchemaException>(() => OpenAsync(migrate: false));

        Assert.Contains("is empty", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("keyhold database migrate", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_database_is_refused_with_the_remedy()
    {
        SqliteDatabase.Migrate(Database);
        using var connection = SqliteSession.Open(Database);

        var refusal = Assert.Throws<SchemaException>(() =>
            SqliteMigrations.Check(connection, Database, programVersion: Schema.Version + 1)
        );

        Assert.Contains(
            $"has schema version {Schema.Version}, this program needs {Schema.Version + 1}",
            refusal.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("keyhold database migrate", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE keyhold_schema SET version = 0")]
    [InlineData("DELETE FROM keyhold_schema")]
    public async Task A_database_that_does_not_say_its_version_is_refused(string damage)
    {
        SqliteDatabase.Migrate(Database);
        TemporaryDatabase.Raw(Database, damage);

        var refusal = await Assert.ThrowsAsync<SchemaException>(() => OpenAsync(migrate: true));

        Assert.Contains("does not say which version", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_database_that_permits_this_program_is_used_and_left_as_it_is()
    {
        SqliteDatabase.Migrate(Database);
        TemporaryDatabase.Raw(Database, "UPDATE keyhold_schema SET version = 99, oldest_program = @0", Schema.Version);

        await (await OpenAsync(migrate: false)).DisposeAsync();
        await (await OpenAsync(migrate: true)).DisposeAsync();

        Assert.Equal(new MigrationResult(99, 99, []).To, SqliteDatabase.Migrate(Database).To);
        Assert.Equal(99L, Raw("SELECT version FROM keyhold_schema"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_newer_database_that_needs_a_newer_program_is_refused(bool migrate)
    {
        SqliteDatabase.Migrate(Database);
        TemporaryDatabase.Raw(
            Database,
            "UPDATE keyhold_schema SET version = 99, oldest_program = @0",
            Schema.Version + 1
        );

        var refusal = await Assert.ThrowsAsync<SchemaException>(() => OpenAsync(migrate));

        Assert.Contains("schema version 99", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Use the newer Keyhold", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<SchemaException>(() => SqliteDatabase.Migrate(Database));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_no_database_is_named_and_left_as_it_is(bool migrate)
    {
        var content = string.Concat(Enumerable.Repeat("Not a database, but a letter to my aunt.\n", 100));
        await File.WriteAllTextAsync(Database, content);

        var refusal = await Assert.ThrowsAsync<SchemaException>(() => OpenAsync(migrate));

        Assert.Contains($"{Database} is not a Keyhold database", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(Database));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_of_another_program_is_named_and_left_as_it_is(bool migrate)
    {
        await File.WriteAllBytesAsync(Database, []);
        TemporaryDatabase.Raw(Database, "CREATE TABLE recipes (name TEXT)");

        var refusal = await Assert.ThrowsAsync<SchemaException>(() => OpenAsync(migrate));

        Assert.Contains("of some other program", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1L, Raw("SELECT COUNT(*) FROM sqlite_schema"));
    }

    [Fact]
    public async Task A_folder_is_used_by_one_process_at_a_time()
    {
        await using (await OpenAsync(migrate: true))
        {
            var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(() => OpenAsync(migrate: false));
            Assert.Contains($"{folder} is in use by another Keyhold", refusal.Message, StringComparison.Ordinal);
            Assert.Throws<StorageUnavailableException>(() => SqliteDatabase.Migrate(Database));
        }

        await (await OpenAsync(migrate: false)).DisposeAsync();
    }

    [Fact]
    public async Task A_refused_database_leaves_the_folder_free()
    {
        await File.WriteAllBytesAsync(Database, []);
        await Assert.ThrowsAsync<SchemaException>(() => OpenAsync(migrate: false));

        await (await OpenAsync(migrate: true)).DisposeAsync();
    }

    [Fact]
    public async Task Folder_and_files_are_for_their_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such file modes.");
        var nested = Path.Combine(folder, "a", "b");
        await using var database = await SqliteDatabase.OpenAsync(Path.Combine(nested, "keyhold.db"), true, default);
        await database.ReadAsync((session, stop) => session.CountAsync("SELECT 1", [], stop), default);

        Assert.Equal("700", Mode(nested));
        Assert.Equal(
            "keyhold.db 600, keyhold.db-shm 600, keyhold.db-wal 600, keyhold.lock 600",
            string.Join(
                ", ",
                Directory
                    .GetFiles(nested)
                    .Order(StringComparer.Ordinal)
                    .Select(file => $"{Path.GetFileName(file)} {Mode(file)}")
            )
        );

        static string Mode(string path) =>
            OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), toBase: 8);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(folder, "a-file");
        await File.WriteAllTextAsync(file, "");
        var database = Path.Combine(file, "below", "keyhold.db");

        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await SqliteDatabase.OpenAsync(database, migrate: true, default)
        );

        Assert.Contains(Path.GetDirectoryName(database)!, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("writable disk", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_the_place_of_the_file_is_named()
    {
        Directory.CreateDirectory(Database);

        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(() => OpenAsync(migrate: true));

        Assert.Contains(folder, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_only_folder_is_named()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Needs a user that file modes apply to; root and Windows know none.");
            return;
        }

        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(() => OpenAsync(migrate: true));
            Assert.Contains(folder, refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task A_damaged_page_is_named_when_it_is_read()
    {
        await using (var database = await OpenAsync(migrate: true))
        {
            var keys = new Keyhold.Storage.KeyRings.KeyRingStore(database);
            for (var id = 1; id <= 200; id++)
            {
                await keys.AddAsync(new(id, new byte[1000], "root", Sample.Time), default);
            }
        }

        var page = (long)Raw("SELECT rootpage FROM sqlite_schema WHERE name = 'key_ring'")!;
        await using (var file = File.OpenWrite(Database))
        {
            file.Position = (page - 1) * (long)Raw("PRAGMA page_size")!;
            await file.WriteAsync(Enumerable.Repeat((byte)0xEE, 100).ToArray());
        }

        await using var damaged = await OpenAsync(migrate: false);
        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await new Keyhold.Storage.KeyRings.KeyRingStore(damaged).ListAsync(default)
        );

        Assert.Contains($"{Database} is damaged", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("backup", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<SqliteDatabase> OpenAsync(bool migrate) =>
        await SqliteDatabase.OpenAsync(Database, migrate, default);

    private object? Raw(string sql) => TemporaryDatabase.RawValue(Database, sql);
}
