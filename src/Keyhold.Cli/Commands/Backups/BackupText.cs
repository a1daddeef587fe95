using System.Globalization;
using System.Text.Json;
using Keyhold.Cli.Output;
using Keyhold.Server.Backups;

namespace Keyhold.Cli.Commands.Backups;

/// <summary>What a backup holds, as a table or as JSON.</summary>
internal static class BackupText
{
    /// <summary>Tables in the users' words; the others are Keyhold's own bookkeeping.</summary>
    private static readonly (string Table, string Words)[] Names =
    [
        ("certificates", "certificates"),
        ("certificate_uploads", "uploads in their histories"),
        ("encryption_certificates", "encryption certificates"),
        ("access_keys", "access keys"),
        ("users", "users"),
        ("policies", "policies"),
        ("audit_keys", "audit keys"),
        ("key_ring", "data keys"),
    ];

    public static void Write(Terminal terminal, bool json, string done, BackupReport report)
    {
        if (json)
        {
            WriteJson(terminal, report);
        }
        else
        {
            WriteTable(terminal, done, report);
        }
    }

    private static void WriteTable(Terminal terminal, string done, BackupReport report)
    {
        Screen.WriteMarked(terminal, "", "✓", Screen.Tone.Good, $" {done}.");
        Screen.WriteFields(
            terminal,
            toError: false,
            ("File", report.File),
            ("Size", string.Create(CultureInfo.InvariantCulture, $"{report.Bytes} bytes")),
            ("Id", report.BackupId),
            ("Made at", TimeOf(report)),
            (
                "Made by",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Keyhold {report.KeyholdVersion}, schema version {report.SchemaVersion}"
                )
            ),
            ("Account", report.AccountId),
            ("Opens with", $"root key {report.RootKeyId} ({report.RootKeyProvider})"),
            (
                "Tried",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{report.PrivateKeys} private keys, each with its public key"
                )
            )
        );
        Screen.WriteTable(terminal, ["Holds", "Rows"], Holdings(report));
        foreach (var fault in report.Faults)
        {
            Screen.WriteMarked(terminal, "", "✗", Screen.Tone.Bad, $" {Plain.Text(fault)}");
        }
    }

    private static IEnumerable<IReadOnlyList<string?>> Holdings(BackupReport report)
    {
        foreach (var (table, words) in Names)
        {
            yield return [words, Number(report.Rows.Where(each => Is(each.Table, table)).Sum(each => each.Rows))];
        }

        var others = report.Rows.Where(each => !Names.Any(known => Is(known.Table, each.Table))).Sum(each => each.Rows);
        yield return ["Keyhold's own notes", Number(others)];
    }

    private static void WriteJson(Terminal terminal, BackupReport report)
    {
        using (var writer = new Utf8JsonWriter(terminal.RawOutput))
        {
            writer.WriteStartObject();
            writer.WriteString("File", report.File);
            writer.WriteNumber("Bytes", report.Bytes);
            writer.WriteString("BackupId", report.BackupId);
            writer.WriteString("CreatedAt", TimeOf(report));
            writer.WriteString("KeyholdVersion", report.KeyholdVersion);
            writer.WriteNumber("SchemaVersion", report.SchemaVersion);
            writer.WriteString("AccountId", report.AccountId);
            writer.WriteString("RootKeyId", report.RootKeyId);
            writer.WriteString("RootKeyProvider", report.RootKeyProvider);
            writer.WriteNumber("PrivateKeysProven", report.PrivateKeys);
            writer.WriteStartObject("Rows");
            foreach (var (table, rows) in report.Rows)
            {
                writer.WriteNumber(table, rows);
            }

            writer.WriteEndObject();
            writer.WriteStartArray("Faults");
            foreach (var fault in report.Faults)
            {
                writer.WriteStringValue(fault);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        terminal.Out.WriteLine();
    }

    private static string TimeOf(BackupReport report) =>
        report.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool Is(string table, string name) => string.Equals(table, name, StringComparison.Ordinal);
}
