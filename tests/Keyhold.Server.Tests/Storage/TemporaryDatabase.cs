using System.Globalization;
using Keyhold.Storage;
using Keyhold.Storage.Accounts;
using Keyhold.Storage.Certificates;
using Keyhold.Storage.Expiry;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.Tests.Storage;

/// <summary>A database of its own, removed at the end; with a back door for what an intruder would do.</summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    private readonly BackDoor door;

    private TemporaryDatabase(BackDoor door) => this.door = door;

    public string Folder => ((SqliteBackDoor)door).Folder;

    public string File => ((SqliteBackDoor)door).File;

    public Database Database { get; private set; } = null!;

    public CertificateStore Certificates => new(Database, new TestRowAuthenticator());

    public EncryptionCertificateStore EncryptionCertificates => new(Database, new TestRowAuthenticator());

    public AccessKeyStore AccessKeys => new(Database, new TestRowAuthenticator());

    public AccessKeyUseStore AccessKeyUses => new(Database, new TestRowAuthenticator());

    public UserStore Users => new(Database, new TestRowAuthenticator());

    public PolicyStore Policies => new(Database, new TestRowAuthenticator());

    public ExpiryNoticeStore ExpiryNotices => new(Database, new TestRowAuthenticator());

    public KeyRingStore KeyRing => new(Database);

    public static async Task<TemporaryDatabase> CreateAsync(DatabaseKind kind = DatabaseKind.Sqlite)
    {
        var database = new TemporaryDatabase(
            kind == DatabaseKind.Sqlite
                ? new SqliteBackDoor(CreateFolder())
                : new PostgresBackDoor(await SharedPostgres.CreateAsync())
        );
        await database.OpenAsync();
        return database;
    }

    public static string CreateFolder() => Directory.CreateTempSubdirectory("keyhold-storage-").FullName;

    public async Task OpenAsync() => Database = await door.OpenAsync();

    public async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Changes the database behind Keyhold's back, without its foreign keys.</summary>
    public int Raw(string sql, params object?[] values)
    {
        using var connection = door.Connect();
        using var command = BackDoor.Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    public static int Raw(string file, string sql, params object?[] values)
    {
        using var connection = SqliteBackDoor.Connect(file);
        using var command = BackDoor.Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    public object? RawValue(string sql, params object?[] values)
    {
        using var connection = door.Connect();
        using var command = BackDoor.Command(connection, sql, values);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    public static object? RawValue(string file, string sql, params object?[] values)
    {
        using var connection = SqliteBackDoor.Connect(file);
        using var command = BackDoor.Command(connection, sql, values);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    public List<string> RawTexts(string sql, params object?[] values)
    {
        using var connection = door.Connect();
        using var command = BackDoor.Command(connection, sql, values);
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
        {
            texts.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        }

        return texts;
    }

    public List<string> Tables() => RawTexts(door.ListTables);

    public List<string> Columns(string table) => RawTexts(door.ListColumns, table);

    /// <summary>The place of the row that fits a condition, for <see cref="Column"/> and <see cref="Change"/>.</summary>
    public string PlaceOf(string table, string condition) =>
        (string)RawValue($"SELECT {door.RowPlace} FROM {table} WHERE {condition}")!;

    public List<string> Places(string table) => RawTexts($"SELECT {door.RowPlace} FROM {table}");

    public object? Column(string table, string column, string place) =>
        RawValue($"SELECT {column} FROM {table} WHERE {door.IsRow}", [place]);

    /// <summary>Changes one column of the row, whichever it is; the row's place after that.</summary>
    public string Change(string table, string column, string place, object? value) =>
        (string)
            RawValue($"UPDATE {table} SET {column} = @1 WHERE {door.IsRow} RETURNING {door.RowPlace}", [place, value])!;

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await door.RemoveAsync();
    }
}
