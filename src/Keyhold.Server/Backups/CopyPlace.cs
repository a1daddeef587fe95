using Keyhold.Server.Hosting;

namespace Keyhold.Server.Backups;

/// <summary>
/// An end of a copy: <c>sqlite:DIR</c> is the embedded database of a data folder, <c>postgres:CONNECTION STRING</c> a PostgreSQL
/// database; without one, the string of the variable is meant, since others on the machine can see arguments.
/// </summary>
public sealed class CopyPlace
{
    private const string Sqlite = "sqlite:";
    private const string Postgres = "postgres:";

    private CopyPlace(string? folder, DatabasePlace database)
    {
        Folder = folder;
        Database = database;
    }

    /// <summary>The data folder; null of a PostgreSQL database.</summary>
    public string? Folder { get; }

    public DatabasePlace Database { get; }

    /// <summary><see cref="StartException"/> when it is neither; a connection string is not repeated.</summary>
    /// <param name="option">What it was given by, for messages.</param>
    public static CopyPlace Parse(string option, string text, Func<string?> connectionStringOfVariable)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(connectionStringOfVariable);
        if (text.StartsWith(Sqlite, StringComparison.Ordinal) && text.Length > Sqlite.Length)
        {
            return new CopyPlace(text[Sqlite.Length..], DatabasePlace.InDataFolder);
        }

        if (text.StartsWith(Postgres, StringComparison.Ordinal))
        {
            var given = text.Length > Postgres.Length ? text[Postgres.Length..] : connectionStringOfVariable();
            return given is null
                ? throw StartException.Usage(
                    $"{option} names PostgreSQL and no database.",
                    "Write the connection string behind postgres: or set Database__ConnectionString."
                )
                : new CopyPlace(folder: null, DatabasePlace.Parse(given));
        }

        throw StartException.Usage(
            $"{option} names no database.",
            "Give sqlite:DIR with a data folder, or postgres: with a connection string, such as "
                + "\"postgres:Host=db1;Database=keyhold;Username=keyhold\"."
        );
    }

    internal ServerOptions In(ServerOptions options) =>
        options with
        {
            DataFolder = Folder ?? options.DataFolder,
            Database = Database,
        };
}
