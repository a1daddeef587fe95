using Keyhold.Storage;
using Keyhold.Storage.Postgres;

namespace Keyhold.Server.Hosting;

/// <summary>
/// Which database an installation lives in: the embedded one in the data folder, or a PostgreSQL database that several
/// nodes share. It prints itself without the password.
/// </summary>
public sealed class DatabasePlace
{
    /// <summary>SQLite, for the one process that holds the data folder.</summary>
    public static readonly DatabasePlace InDataFolder = new(null, "embedded");

    private readonly string description;

    private DatabasePlace(string? connectionString, string description)
    {
        ConnectionString = connectionString;
        this.description = description;
    }

    /// <summary>Whether several nodes may use it at once, each with a data folder of its own.</summary>
    public bool IsShared => ConnectionString is not null;

    /// <summary>Holds a password; null for the embedded one.</summary>
    internal string? ConnectionString { get; }

    /// <summary>A connection string of Npgsql; <see cref="StartException"/> says what is wrong with it, not what it holds.</summary>
    public static DatabasePlace Parse(string connectionString)
    {
        try
        {
            return new DatabasePlace(connectionString, PostgresDatabase.Describe(connectionString));
        }
        catch (StorageUnavailableException refused)
        {
            throw StartException.Usage(refused.Message, "Correct --database or Database__ConnectionString.");
        }
    }

    /// <summary>The connection string as it may be shown, to know it again.</summary>
    public override string ToString() => description;
}
