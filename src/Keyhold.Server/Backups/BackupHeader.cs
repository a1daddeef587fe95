using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.Backups;

/// <summary>
/// What a backup says of itself in the clear, with the wrapped key ring: the root key alone opens the rest, with no database
/// at hand. Written as JSON.
/// </summary>
internal sealed record BackupHeader
{
    /// <summary>16 random bytes in hex.</summary>
    public required string BackupId { get; init; }

    public required string KeyholdVersion { get; init; }

    public required int SchemaVersion { get; init; }

    /// <summary>Of the snapshot, to the millisecond.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required string AccountId { get; init; }

    /// <summary>Whether rows that fail their proof were accepted when it was made.</summary>
    public bool AcceptsDamage { get; init; }

    public required IReadOnlyList<RootKeyRow> RootKeys { get; init; }

    public required IReadOnlyList<KeyRingRow> Ring { get; init; }

    /// <summary>The key of this backup alone, sealed by the ring.</summary>
    public required byte[] SealedKey { get; init; }

    /// <summary>How many rows each table has, in the order of the content.</summary>
    public required IReadOnlyList<(string Table, long Rows)> Counts { get; init; }

    public string RootKeyId => Ring.Count > 0 ? Ring[0].RootKeyId : "";

    /// <summary>file, passphrase or pkcs11; a ring older than that record has a file.</summary>
    public string RootKeyProvider =>
        RootKeys.FirstOrDefault(row => string.Equals(row.RootKeyId, RootKeyId, StringComparison.Ordinal))?.Provider
        ?? "file";

    public long Rows => Counts.Sum(each => each.Rows);

    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("backupId", BackupId);
            json.WriteString("keyholdVersion", KeyholdVersion);
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("createdAt", CreatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("accountId", AccountId);
            json.WriteBoolean("acceptsDamage", AcceptsDamage);
            json.WriteString("rootKeyId", RootKeyId);
            json.WriteStartArray("rootKeys");
            foreach (var row in RootKeys)
            {
                json.WriteStartObject();
                json.WriteString("id", row.RootKeyId);
                json.WriteString("provider", row.Provider);
                json.WriteBase64String("parameters", row.Parameters);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("keyRing");
            foreach (var row in Ring)
            {
                json.WriteStartObject();
                json.WriteNumber("id", row.Id);
                json.WriteBase64String("sealedKey", row.SealedKey);
                json.WriteString("rootKeyId", row.RootKeyId);
                json.WriteNumber("createdAt", row.CreatedAt.ToUnixTimeMilliseconds());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBase64String("sealedKey", SealedKey);
            json.WriteStartObject("rows");
            foreach (var (table, rows) in Counts)
            {
                json.WriteNumber(table, rows);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan];
    }

    /// <summary>Null when it is no header of this form.</summary>
    public static BackupHeader? Read(ReadOnlyMemory<byte> written)
    {
        try
        {
            using var document = JsonDocument.Parse(written);
            var json = document.RootElement;
            return new BackupHeader
            {
                BackupId = Text(json, "backupId"),
                KeyholdVersion = Text(json, "keyholdVersion"),
                SchemaVersion = json.GetProperty("schemaVersion").GetInt32(),
                CreatedAt = json.GetProperty("createdAt").GetDateTimeOffset(),
                AccountId = Text(json, "accountId"),
                AcceptsDamage = json.GetProperty("acceptsDamage").GetBoolean(),
                RootKeys =
                [
                    .. json.GetProperty("rootKeys")
                        .EnumerateArray()
                        .Select(row => new RootKeyRow(
                            Text(row, "id"),
                            Text(row, "provider"),
                            row.GetProperty("parameters").GetBytesFromBase64()
                        )),
                ],
                Ring =
                [
                    .. json.GetProperty("keyRing")
                        .EnumerateArray()
                        .Select(row => new KeyRingRow(
                            row.GetProperty("id").GetInt32(),
                            row.GetProperty("sealedKey").GetBytesFromBase64(),
                            Text(row, "rootKeyId"),
                            DateTimeOffset.FromUnixTimeMilliseconds(row.GetProperty("createdAt").GetInt64())
                        )),
                ],
                SealedKey = json.GetProperty("sealedKey").GetBytesFromBase64(),
                Counts =
                [
                    .. json.GetProperty("rows").EnumerateObject().Select(row => (row.Name, row.Value.GetInt64())),
                ],
            };
        }
        catch (Exception malformed)
            when (malformed
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentOutOfRangeException
            )
        {
            return null;
        }
    }

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException(name);
}
