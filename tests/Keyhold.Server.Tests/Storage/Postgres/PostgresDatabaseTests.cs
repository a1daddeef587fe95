using Keyhold.Storage;
using Keyhold.Storage.KeyRings;
using Keyhold.Storage.Postgres;
using Keyhold.Storage.Sqlite;
using Npgsql;

namespace Keyhold.Server.Tests.Storage.Postgres;

public sealed class PostgresDatabaseTests
{
    [Fact]
    public async Task Migrating_an_empty_database_brings_the_newest_schema_and_doing_it_again_does_nothing()
    {
        var database = await SharedPostgres.CreateEmptyAsync();

        var first = await PostgresDatabase.MigrateAsync(database, default);
        var second = await PostgresDatabase.MigrateAsync(database, default);

        Assert.Equal((0, Schema.Version), (first.From, first.To));
        Assert.Equal("0001-foundation.sql", first.Applied[0]);
        Assert.Equal((Schema.Version, Schema.Version), (second.From, second.To));
        Assert.Empty(second.Applied);
    }

    [Fact]
    public async Task The_database_states_the_versions_that_the_program_knows()
    {
        var database = await SharedPostgres.CreateAsync();

        Assert.Equal((long)Schema.Version, await AskAsync(database, "SELECT version FROM keyhold_schema"));
        Assert.Equal((long)Schema.OldestProgram, await AskAsync(database, "SELECT oldest_program FROM keyhold_schema"));

        // The number of the last script, not how many there are: a number may have been left out.
        Assert.Equal(
            (long)Schema.Version,
            await AskAsync(database, "SELECT CAST(MAX(substr(scriptname, 1, 4)) AS bigint) FROM schemaversions")
        );
    }

    [Fact]
    public async Task Of_nodes_that_start_at_once_one_migrates_and_all_go_on()
    {
        var database = await SharedPostgres.CreateEmptyAsync();

        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(_ => Task.Run(async () => await PostgresDatabase.MigrateAsync(database, default)))
        );

        Assert.Single(results, result => result.Applied.Count > 0);
        Assert.All(results, result => Assert.Equal(Schema.Version, result.To));
        await using var opened = await PostgresDatabase.OpenAsync(database, migrate: true, default);
        await opened.PingAsync(default);
    }

    [Fact]
    public async Task An_empty_database_is_refused_with_the_remedy_and_stays_empty()
    {
        var database = await SharedPostgres.CreateEmptyAsync();

        var refusal = await RefusedAsync<SchemaException>(database);

        Assert.Contains("is empty", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("keyhold database migrate", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await AskAsync(database, "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Fact]
    public async Task An_older_database_is_refused_with_the_remedy()
    {
        await using var connection = new NpgsqlConnection(await SharedPostgres.CreateAsync());
        await connection.OpenAsync();

        var refusal = await Assert.ThrowsAsync<SchemaException>(async () =>
            await PostgresMigrations.CheckAsync(connection, "keyhold at db", default, Schema.Version + 1)
        );

        Assert.Contains($"this program needs {Schema.Version + 1}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("keyhold database migrate", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_database_is_refused_when_it_says_so_and_used_when_it_does_not()
    {
        var database = await SharedPostgres.CreateAsync();
        await AskAsync(database, "UPDATE keyhold_schema SET version = 900");
        await (await PostgresDatabase.OpenAsync(database, migrate: true, default)).DisposeAsync();

        await AskAsync(database, "UPDATE keyhold_schema SET oldest_program = 899");
        var refusal = await RefusedAsync<SchemaException>(database);

        Assert.Contains("version 900", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("899 or newer", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SchemaException>(async () => await PostgresDatabase.MigrateAsync(database, default));
    }

    [Theory]
    [InlineData("UPDATE keyhold_schema SET version = 0")]
    [InlineData("DELETE FROM keyhold_schema")]
    [InlineData("DROP TABLE keyhold_schema")]
    public async Task A_database_that_does_not_say_its_version_is_refused_and_left_alone(string damage)
    {
        var database = await SharedPostgres.CreateAsync();
        await AskAsync(database, damage);

        var refusal = await RefusedAsync<SchemaException>(database);
        var migration = await Assert.ThrowsAsync<SchemaException>(async () =>
            await PostgresDatabase.MigrateAsync(database, default)
        );

        Assert.Contains("is not a Keyhold database", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Name an empty database", migration.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_a_schema_of_its_own_in_it_is_not()
    {
        var database = await SharedPostgres.CreateEmptyAsync();
        await AskAsync(database, "CREATE TABLE schemaversions (id int); CREATE SCHEMA one; CREATE SCHEMA two");

        await Assert.ThrowsAsync<SchemaException>(async () => await PostgresDatabase.MigrateAsync(database, default));
        await using var one = await PostgresDatabase.OpenAsync(database + ";Search Path=one", migrate: true, default);
        await using var two = await PostgresDatabase.OpenAsync(database + ";Search Path=two", migrate: true, default);
        await new KeyRingStore(one).AddAsync(new KeyRingRow(1, [1], "root", Sample.Time), default);

        Assert.Single(await new KeyRingStore(one).ListAsync(default));
        Assert.Empty(await new KeyRingStore(two).ListAsync(default));
    }

    [Fact]
    public async Task A_schema_that_does_not_exist_is_named()
    {
        var database = await SharedPostgres.CreateEmptyAsync() + ";Search Path=missing";

        var refusal = await Assert.ThrowsAsync<SchemaException>(async () =>
            await PostgresDatabase.MigrateAsync(database, default)
        );

        Assert.Contains("CREATE SCHEMA", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_encoding_that_cannot_keep_every_name_is_refused()
    {
        var server = await SharedPostgres.ServerAsync();
        await server.AskAsync(
            "postgres",
            "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
        );

        var refusal = await Assert.ThrowsAsync<SchemaException>(async () =>
            await PostgresDatabase.MigrateAsync(server.ConnectionString("latin"), default)
        );

        Assert.Contains("ENCODING 'UTF8'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_waits_for_the_disk_even_where_the_server_would_not()
    {
        var database = await SharedPostgres.CreateAsync();
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await AskAsync(database, $"ALTER DATABASE {name} SET synchronous_commit = off");
        await using var opened = await PostgresDatabase.OpenAsync(database, migrate: false, default);

        var setting = await opened.WriteAsync(
            (session, stop) =>
                session.FindAsync(
                    "SELECT current_setting('synchronous_commit')",
                    [],
                    reader => reader.GetString(0),
                    stop
                ),
            default
        );

        Assert.Equal("on", setting);
    }

    [Fact]
    public async Task A_server_that_does_not_wait_for_its_disk_is_warned_of()
    {
        // The server that the tests share is one of those.
        await using var database = await PostgresDatabase.OpenAsync(await SharedPostgres.CreateAsync(), false, default);

        Assert.Contains("fsync", Assert.Single(database.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_and_the_password_is_not()
    {
        var refusal = await RefusedAsync<StorageUnavailableException>(
            "Host=127.0.0.1;Port=1;Database=keyhold;Username=keyhold;Password=hunter2"
        );

        Assert.Contains("keyhold at 127.0.0.1 (port 1)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_has_no_address_is_named()
    {
        var refusal = await RefusedAsync<StorageUnavailableException>(
            "Host=nowhere.invalid;Database=keyhold;Username=k"
        );

        Assert.Contains("keyhold at nowhere.invalid", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_named_and_not_shown()
    {
        var database = new NpgsqlConnectionStringBuilder(await SharedPostgres.CreateAsync()) { Password = "hunter2" };

        var refusal = await RefusedAsync<StorageUnavailableException>(database.ConnectionString);

        Assert.Contains("does not let this user in", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_named_with_the_remedy()
    {
        var refusal = await RefusedAsync<StorageUnavailableException>(
            (await SharedPostgres.ServerAsync()).ConnectionString("missing")
        );

        Assert.Contains("CREATE DATABASE", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_without_rights_is_told_which_it_needs()
    {
        var database = await SharedPostgres.CreateEmptyAsync();
        await AskAsync(database, "CREATE ROLE stranger LOGIN PASSWORD 'stranger'");
        var stranger = new NpgsqlConnectionStringBuilder(database) { Username = "stranger", Password = "stranger" };

        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await PostgresDatabase.MigrateAsync(stranger.ConnectionString, default)
        );

        Assert.Contains("lacks the rights", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_takes_no_writes_is_named_as_a_standby()
    {
        var database = await SharedPostgres.CreateAsync();
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await AskAsync(database, $"ALTER DATABASE {name} SET default_transaction_read_only = on");
        await using var opened = await PostgresDatabase.OpenAsync(database, migrate: false, default);

        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await new KeyRingStore(opened).AddAsync(new KeyRingRow(1, [1], "root", Sample.Time), default)
        );

        Assert.Contains("standby", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_hosts_one_that_is_away_is_passed_over()
    {
        var database = await SharedPostgres.CreateAsync();
        var port = (await SharedPostgres.ServerAsync()).Port;
        var several = new NpgsqlConnectionStringBuilder(database) { Host = $"127.0.0.1:1,127.0.0.1:{port}" };

        await using var opened = await PostgresDatabase.OpenAsync(several.ConnectionString, migrate: false, default);
        await new KeyRingStore(opened).AddAsync(new KeyRingRow(1, [1], "root", Sample.Time), default);

        Assert.Single(await new KeyRingStore(opened).ListAsync(default));
    }

    private static async Task<T> RefusedAsync<T>(string database)
        where T : Exception =>
        await Assert.ThrowsAsync<T>(async () => await PostgresDatabase.OpenAsync(database, migrate: false, default));

    private static async Task<object?> AskAsync(string database, string sql) =>
        await (await SharedPostgres.ServerAsync()).AskAsync(new NpgsqlConnectionStringBuilder(database).Database!, sql);
}
