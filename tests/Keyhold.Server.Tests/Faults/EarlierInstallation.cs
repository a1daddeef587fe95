using System.Text.Json;
using System.Text.RegularExpressions;
using Keyhold.Server.Tests.Laws;
using Keyhold.Server.Tests.Storage;
using Keyhold.Storage;
using Npgsql;

namespace Keyhold.Server.Tests.Faults;

/// <summary>
/// What a program of an earlier schema version left behind, in the folder Earlier: its rows, its root key, its audit trail,
/// and what it answered. Each was written by the program of that time itself and never changes.
/// </summary>
internal sealed partial class EarlierInstallation(int version)
{
    public static IEnumerable<int> Versions => Enumerable.Range(1, Schema.Version - 1);

    private string Folder =>
        Path.Combine(Repository.Root, "tests", "Keyhold.Server.Tests", "Faults", "Earlier", $"v{version}");

    public JsonElement Expected => JsonDocument.Parse(Read("expected.json")).RootElement;

    /// <summary>As a data folder with a SQLite database.</summary>
    public void WriteFolder(string dataFolder)
    {
        WriteRootKey(dataFolder);
        var file = Path.Combine(dataFolder, "keyhold.db");
        foreach (var (name, sql) in Scripts("Sqlite"))
        {
            TemporaryDatabase.Raw(file, sql);
            if (name.StartsWith("0001", StringComparison.Ordinal))
            {
                // The journal, as DbUp keeps it.
                TemporaryDatabase.Raw(
                    file,
                    "CREATE TABLE SchemaVersions (SchemaVersionID INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
                        + "ScriptName TEXT NOT NULL, Applied DATETIME NOT NULL)"
                );
            }

            TemporaryDatabase.Raw(
                file,
                "INSERT INTO SchemaVersions (ScriptName, Applied) VALUES (@0, '2026-11-24')",
                name
            );
        }

        TemporaryDatabase.Raw(file, Read("rows.sql"));
        var trail = Path.Combine(Folder, "audit");
        if (Directory.Exists(trail))
        {
            var copy = CreateFolder(Path.Combine(dataFolder, "audit"));
            foreach (var segment in Directory.GetFiles(trail))
            {
                Write(Path.Combine(copy, Path.GetFileName(segment)), File.ReadAllBytes(segment));
            }
        }
    }

    /// <summary>As a PostgreSQL database: the same scripts and rows in its own words.</summary>
    public async Task WritePostgresAsync(string connectionString, string dataFolder)
    {
        WriteRootKey(dataFolder);
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=False");
        await connection.OpenAsync();
        await RunAsync(
            "CREATE TABLE schemaversions (schemaversionsid serial PRIMARY KEY, scriptname varchar(255) NOT NULL, "
                + "applied timestamp NOT NULL)"
        );
        foreach (var (name, sql) in Scripts("Postgres"))
        {
            await RunAsync(sql);
            await RunAsync($"INSERT INTO schemaversions (scriptname, applied) VALUES ('{name}', '2026-11-24')");
        }

        await RunAsync(BlobLiteral().Replace(Read("rows.sql"), "'\\x${hex}'::bytea"));

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    public static string RootKeyIn(string dataFolder) => Path.Combine(dataFolder, "root.key");

    private string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    private void WriteRootKey(string dataFolder)
    {
        CreateFolder(dataFolder);
        Write(RootKeyIn(dataFolder), File.ReadAllBytes(Path.Combine(Folder, "root.key")));
    }

    private static string CreateFolder(string path)
    {
        Directory.CreateDirectory(path);
        Restrict(path, UnixFileMode.UserExecute);
        return path;
    }

    private static void Write(string file, byte[] content)
    {
        File.WriteAllBytes(file, content);
        Restrict(file);
    }

    private static void Restrict(string path, UnixFileMode more = UnixFileMode.None)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        }
    }

    private IEnumerable<(string Name, string Sql)> Scripts(string kind)
    {
        var assembly = typeof(Schema).Assembly;
        var folder = $".Migrations.{kind}.";
        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            var start = resource.IndexOf(folder, StringComparison.Ordinal);
            var name = start < 0 ? "" : resource[(start + folder.Length)..];
            if (name is not "" && int.Parse(name[..4], System.Globalization.CultureInfo.InvariantCulture) <= version)
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                yield return (name, reader.ReadToEnd());
            }
        }
    }

    [GeneratedRegex("X'(?<hex>[0-9a-f]*)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex BlobLiteral();
}
