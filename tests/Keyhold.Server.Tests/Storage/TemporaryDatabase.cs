using System.Globalization;
using Keyhold.Storage.Accounts;
using Keyhold.Storage.Certificates;
using Keyhold.Storage.KeyRings;
using Keyhold.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Keyhold.Server.Tests.Storage;

/// <summary>A database in a folder of its own, removed at the end; with a back door for what an intruder would do.</summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    private TemporaryDatabase(string folder) => Folder = folder;

    public string Folder { get; }

    public string File => Path.Combine(Folder, "keyhold.db");

    public SqliteDatabase Database { get; private set; } = null!;

    public CertificateStore Certificates => new(Database, new TestRowAuthenticator());

    public EncryptionCertificateStore EncryptionCertificates => new(Database, new TestRowAuthenticator());

    public AccessKeyStore AccessKeys => new(Database, new TestRowAuthenticator());

    public AccessKeyUseStore AccessKeyUses => new(Database, new TestRowAuthenticator());

    public UserStore Users => new(Database, new TestRowAuthenticator());

    public PolicyStore Policies => new(Database, new TestRowAuthenticator());

    public KeyRingStore KeyRing => new(Database);

    public static async Task<TemporaryDatabase> CreateAsync()
    {
        var database = new TemporaryDatabase(CreateFolder());
        await database.OpenAsync();
        return database;
    }

    public static string CreateFolder() => Directory.CreateTempSubdirectory("keyhold-storage-").FullName;

    public async Task OpenAsync() =>
        Database = await SqliteDatabase.OpenAsync(File, migrate: true, TestContext.Current.CancellationToken);

    public async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Changes the file behind Keyhold's back, without its foreign keys.</summary>
    public int Raw(string sql, params object?[] values) => Raw(File, sql, values);

    public static int Raw(string file, string sql, params object?[] values)
    {
        using var connection = Connect(file);
        using var command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    public object? RawValue(string sql, params object?[] values) => RawValue(File, sql, values);

    public static object? RawValue(string file, string sql, params object?[] values)
    {
        using var connection = Connect(file);
        using var command = Command(connection, sql, values);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    public List<string> RawTexts(string sql, params object?[] values)
    {
        using var connection = Connect(File);
        using var command = Command(connection, sql, values);
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
        {
            texts.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        }

        return texts;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static SqliteConnection Connect(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False;Foreign Keys=False");
        connection.Open();
        return connection;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, object?[] values)
    {
        var command = new SqliteCommand(sql, connection);
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"@{i}", values[i] ?? DBNull.Value);
        }

        return command;
    }
}
