using System.CommandLine;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands;

/// <summary>database migrate: brings a database to the schema of this program.</summary>
internal static class DatabaseCommand
{
    public static Command Create(Terminal terminal)
    {
        var data = new Option<string?>("--data")
        {
            Description = $"The data folder of a stopped server [default: {FolderOptions.DefaultFolder}]",
            HelpName = "DIR",
        };
        var database = new DatabaseOption();
        var migrate = new Command(
            "migrate",
            "Brings the database to this program's version. Make a backup first. A database that nodes share may be "
                + "brought there while they run."
        )
        {
            data,
            database.Option,
        };
        migrate.SetAction(
            async (parsed, stop) =>
            {
                var options = new ServerOptions
                {
                    DataFolder = parsed.GetValue(data) ?? FolderOptions.DefaultFolder,
                    Database = database.Read(parsed, terminal),
                };
                terminal.Out.WriteLine(
                    await DataFolder.MigrateAsync(options, terminal.Time, stop).ConfigureAwait(false)
                );
                return ExitCode.Good;
            }
        );
        return new Command("database", "The database of an installation.") { migrate };
    }
}
