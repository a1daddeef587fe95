using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Keyhold.Cli.Output;
using Keyhold.Server.Audit;
using Keyhold.Server.Control;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands.Audit;

/// <summary>audit export: copies closed segments elsewhere and marks them, so that retention may delete them.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal, Option<bool> json)
    {
        var folder = AuditCommands.Folder();
        var to = new Option<string>("--to")
        {
            Description = "The folder to copy to; made when it is missing",
            HelpName = "DIR",
            Required = true,
        };
        var database = new DatabaseOption();
        var command = new CommandWithExamples(
            "export",
            "Copies the closed segments that were not exported yet, and marks them as exported. May run beside the server.",
            """
            keyhold audit export /var/lib/keyhold --to /mnt/archive/keyhold
            """
        )
        {
            folder,
            to,
            database.Option,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                var copied = await AuditCommands
                    .ReadAsync(() =>
                        RecordedExport.RunAsync(
                            new ServerOptions
                            {
                                DataFolder = parsed.GetRequiredValue(folder),
                                Database = database.Read(parsed, terminal),
                            },
                            parsed.GetRequiredValue(to),
                            terminal.Time,
                            stop
                        )
                    )
                    .ConfigureAwait(false);
                Tell(terminal, copied, parsed.GetValue(json));
                return ExitCode.Good;
            }
        );
        return command;
    }

    private static void Tell(Terminal terminal, IReadOnlyList<TrailExport.Copied> copied, bool json)
    {
        if (json)
        {
            WriteJson(terminal, copied);
        }
        else if (copied.Count > 0)
        {
            Screen.WriteTable(
                terminal,
                ["Segment", "Bytes", "SHA-256"],
                copied.Select(segment =>
                    (IReadOnlyList<string?>)
                        [segment.Name, segment.Bytes.ToString(CultureInfo.InvariantCulture), segment.Sha256]
                )
            );
        }
        else
        {
            terminal.Out.WriteLine("No closed segment is left to export.");
        }
    }

    private static void WriteJson(Terminal terminal, IReadOnlyList<TrailExport.Copied> copied)
    {
        using (var writer = new Utf8JsonWriter(terminal.RawOutput))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("Segments");
            foreach (var segment in copied)
            {
                writer.WriteStartObject();
                writer.WriteString("Name", segment.Name);
                writer.WriteNumber("Bytes", segment.Bytes);
                writer.WriteString("Sha256", segment.Sha256);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        terminal.Out.WriteLine();
    }
}
