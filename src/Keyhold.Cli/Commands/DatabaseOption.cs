using System.CommandLine;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands;

/// <summary>--database, else the variable Database__ConnectionString: which database holds the installation.</summary>
internal sealed class DatabaseOption
{
    /// <summary>How .NET spells the setting Database:ConnectionString in the environment.</summary>
    public const string Variable = "Database__ConnectionString";

    public Option<string?> Option { get; } =
        new("--database")
        {
            Description =
                "PostgreSQL, which several nodes may share: a connection string of Npgsql. With a password better in the "
                + $"variable {Variable}, which others on this machine cannot see [default: SQLite in the data folder]",
            HelpName = "\"Host=...;Database=...\"",
            Recursive = true,
        };

    public DatabasePlace Read(ParseResult parsed, Terminal terminal) =>
        (parsed.GetValue(Option) ?? terminal.Variable(Variable)) is { } connectionString
            ? DatabasePlace.Parse(connectionString)
            : DatabasePlace.InDataFolder;
}
