using System.CommandLine;
using System.Text.Json;
using Keyhold.Server.Audit;

namespace Keyhold.Cli.Commands.Audit;

/// <summary>audit key: the fingerprint to pin, and the public key for other programs.</summary>
internal static class KeyCommand
{
    public static Command Create(Terminal terminal, Option<bool> json)
    {
        var folder = AuditCommands.Folder();
        var database = new DatabaseOption();
        var command = new Command("key", "Prints the fingerprint of the key that signs the trail, and the public key.")
        {
            folder,
            database.Option,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                var place = parsed.GetRequiredValue(folder);
                var shared = await AuditCommands
                    .FindSharedAnchorAsync(place, database.Read(parsed, terminal), stop)
                    .ConfigureAwait(false);
                var key = AuditCommands.Read(() => TrailKey.Of(place, shared));
                if (parsed.GetValue(json))
                {
                    using (var writer = new Utf8JsonWriter(terminal.RawOutput))
                    {
                        writer.WriteStartObject();
                        writer.WriteString("Fingerprint", key.Fingerprint);
                        writer.WriteString("PublicKey", key.Pem);
                        writer.WriteEndObject();
                    }

                    terminal.Out.WriteLine();
                }
                else
                {
                    terminal.Out.WriteLine(key.Fingerprint);
                    terminal.Out.Write(key.Pem);
                }

                return ExitCode.Good;
            }
        );
        return command;
    }
}
