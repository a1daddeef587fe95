using System.CommandLine;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands;

/// <summary>database migrate: brings a data folder's database to the schema of this program.</summary>
internal static class DatabaseCommand
{
    public static Command Create(Terminal terminal)
    {
        var data = new Option<string?>("--data")
        {
            Description = $"The data folder of a stopped server [default: {FolderOptions.DefaultFolder}]",
            HelpName = "DIR",
        };
        var migrate = new Command("migrate", "Brings the database to this program's version. Make a backup first.")
        {
            data,
        };
        migrate.SetAction(
            async (parsed, stop) =>
            {
                var folder = parsed.GetValue(data) ?? FolderOptions.DefaultFolder;
                terminal.Out.WriteLine(
                    await DataFolder.MigrateAsync(folder, terminal.Time, stop).ConfigureAwait(false)
                );
                return ExitCode.Good;
            }
        );
        return new Command("database", "The database of a data folder.") { migrate };
    }
}
