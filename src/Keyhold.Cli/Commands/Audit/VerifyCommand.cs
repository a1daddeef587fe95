using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Keyhold.Cli.Output;
using Keyhold.Server.Audit;

namespace Keyhold.Cli.Commands.Audit;

/// <summary>audit verify: 0 for an intact trail, 1 for one that was tampered with, 2 for one that cannot be read.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal, Option<bool> json)
    {
        var folder = AuditCommands.Folder();
        var key = new Option<string?>("--audit-key")
        {
            Description = "The fingerprint that the audit key must have, as init and `audit key` print it",
            HelpName = "FINGERPRINT",
        };
        var database = new DatabaseOption();
        var command = new CommandWithExamples(
            "verify",
            "Verifies that nothing in the trail was changed, removed, moved or added, and that its end is not cut off. "
                + "Writes nothing. Exit code 0: intact, 1: tampered with, 2: cannot be read.",
            """
            keyhold audit verify /var/lib/keyhold
            keyhold audit verify /var/lib/keyhold --audit-key sha256:5f0c...
            """
        )
        {
            folder,
            key,
            database.Option,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                var pinned = parsed.GetValue(key) is { } text ? Parse(text) : null;
                var place = parsed.GetRequiredValue(folder);
                var shared = await AuditCommands
                    .FindSharedAnchorAsync(place, database.Read(parsed, terminal), stop)
                    .ConfigureAwait(false);
                var verdict = AuditCommands.Read(() => TrailVerifier.Verify(place, pinned, shared));
                if (parsed.GetValue(json))
                {
                    WriteJson(terminal, verdict);
                }
                else
                {
                    Write(terminal, verdict);
                }

                return verdict.IsIntact ? ExitCode.Good : ExitCode.Refused;
            }
        );
        return command;
    }

    private static string Parse(string fingerprint) =>
        TrailKey.ParseFingerprint(fingerprint)
        ?? throw new UsageException(
            $"--audit-key is \"{fingerprint}\", but sha256: and 64 hex digits are expected, as `keyhold audit key` prints them."
        );

    private static void Write(Terminal terminal, TrailVerdict verdict)
    {
        var (sign, tone) = verdict.IsIntact ? ("✓ intact", Screen.Tone.Good) : ("✗ tampered with", Screen.Tone.Bad);
        Screen.WriteMarked(terminal, "", sign, tone, "");
        Screen.WriteFields(
            terminal,
            toError: false,
            (
                "Lines",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{verdict.Lines} in {verdict.Segments} segment{(verdict.Segments == 1 ? "" : "s")}"
                )
            ),
            (
                "Sequence",
                string.Create(CultureInfo.InvariantCulture, $"{verdict.FirstSequence} to {verdict.LastSequence}")
            ),
            ("Signed to", verdict.SignedSequence.ToString(CultureInfo.InvariantCulture)),
            ("Audit key", verdict.KeyFingerprint ?? "none")
        );
        foreach (var finding in verdict.Findings)
        {
            Screen.WriteMarked(
                terminal,
                "",
                "✗",
                Screen.Tone.Bad,
                $" {Plain.Text($"{PlaceOf(finding)}: {finding.Reason}.")}"
            );
        }

        foreach (var note in verdict.Notes)
        {
            terminal.Out.WriteLine($"- {Plain.Text(note)}");
        }
    }

    private static string PlaceOf(TrailFinding finding)
    {
        var line = finding.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $", line {finding.Line}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{finding.File}{line}, sequence {finding.Sequence}");
    }

    private static void WriteJson(Terminal terminal, TrailVerdict verdict)
    {
        using (var writer = new Utf8JsonWriter(terminal.RawOutput))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("Intact", verdict.IsIntact);
            writer.WriteString("AuditKey", verdict.KeyFingerprint);
            writer.WriteNumber("Segments", verdict.Segments);
            writer.WriteNumber("Lines", verdict.Lines);
            writer.WriteNumber("FirstSequence", verdict.FirstSequence);
            writer.WriteNumber("LastSequence", verdict.LastSequence);
            writer.WriteNumber("SignedSequence", verdict.SignedSequence);
            writer.WriteStartArray("Findings");
            foreach (var finding in verdict.Findings)
            {
                writer.WriteStartObject();
                writer.WriteString("File", finding.File);
                writer.WriteNumber("Line", finding.Line);
                writer.WriteNumber("Sequence", finding.Sequence);
                writer.WriteString("Reason", finding.Reason);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("Notes");
            foreach (var note in verdict.Notes)
            {
                writer.WriteStringValue(note);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        terminal.Out.WriteLine();
    }
}
