using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Keyhold.Server.Control;

/// <summary>
/// One line of JSON to the control socket: <c>{"command":"unseal","passphrase":"BASE64"}</c>. Passphrases are bytes from
/// end to end and cleared with the request.
/// </summary>
public sealed class ControlRequest : IDisposable
{
    /// <summary>The longest line; a passphrase has at most 1,024 bytes.</summary>
    public const int MaximumBytes = 16 * 1024;

    private static readonly (string Name, ControlCommand Command)[] Names =
    [
        ("status", ControlCommand.Status),
        ("seal", ControlCommand.Seal),
        ("unseal", ControlCommand.Unseal),
        ("rotate-data-key", ControlCommand.RotateDataKey),
        ("rotate-root-key", ControlCommand.RotateRootKey),
        ("record-export", ControlCommand.RecordExport),
        ("record-backup", ControlCommand.RecordBackup),
    ];

    public required ControlCommand Command { get; init; }

    /// <summary>
    /// The place of a new root key, for <see cref="ControlCommand.RotateRootKey"/>; where segments were copied to, for
    /// <see cref="ControlCommand.RecordExport"/>.
    /// </summary>
    public string? To { get; init; }

    /// <summary>The segments that were exported.</summary>
    public string? Segments { get; init; }

    /// <summary>Why the export failed; null when it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>What is to be said of a backup, for <see cref="ControlCommand.RecordBackup"/>.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>Of the root key in force; empty when it takes none. Cleared with the request.</summary>
    public byte[] Passphrase { get; init; } = [];

    /// <summary>Of the new root key.</summary>
    public byte[] NewPassphrase { get; init; } = [];

    /// <summary>Null when it is not a request of this protocol.</summary>
    internal static ControlRequest? Read(ReadOnlySpan<byte> line)
    {
        ControlCommand? command = null;
        string? to = null;
        string? segments = null;
        string? failure = null;
        List<(string Name, string Value)> facts = [];
        byte[] passphrase = [];
        byte[] newPassphrase = [];
        ControlRequest? request = null;
        try
        {
            var json = new Utf8JsonReader(line);
            json.Read();
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                var name = json.GetString();
                json.Read();
                switch (name)
                {
                    case "command":
                        command = CommandOf(json.GetString());
                        break;
                    case "to":
                        to = json.GetString();
                        break;
                    case "segments":
                        segments = json.GetString();
                        break;
                    case "failure":
                        failure = json.GetString();
                        break;
                    case "facts" when facts.Count == 0:
                        facts = ReadFacts(ref json);
                        break;
                    case "passphrase" when passphrase.Length == 0:
                        passphrase = json.GetBytesFromBase64();
                        break;
                    case "newPassphrase" when newPassphrase.Length == 0:
                        newPassphrase = json.GetBytesFromBase64();
                        break;
                    default:
                        return null;
                }
            }

            // Reading on fails when more follows.
            if (command is { } known && !json.Read())
            {
                request = new ControlRequest
                {
                    Command = known,
                    To = to,
                    Segments = segments,
                    Failure = failure,
                    Facts = facts,
                    Passphrase = passphrase,
                    NewPassphrase = newPassphrase,
                };
            }

            return request;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
        finally
        {
            if (request is null)
            {
                CryptographicOperations.ZeroMemory(passphrase);
                CryptographicOperations.ZeroMemory(newPassphrase);
            }
        }
    }

    /// <summary>The line with its LF. The caller clears the buffer.</summary>
    internal void Write(ArrayBufferWriter<byte> buffer)
    {
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("command", Names.First(known => known.Command == Command).Name);
            WriteOptional(json, "to", To);
            WriteOptional(json, "segments", Segments);
            WriteOptional(json, "failure", Failure);

            if (Facts.Count > 0)
            {
                json.WriteStartObject("facts");
                foreach (var (name, value) in Facts)
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
            }

            if (Passphrase.Length > 0)
            {
                json.WriteBase64String("passphrase", Passphrase);
            }

            if (NewPassphrase.Length > 0)
            {
                json.WriteBase64String("newPassphrase", NewPassphrase);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static List<(string Name, string Value)> ReadFacts(ref Utf8JsonReader json)
    {
        if (json.TokenType is not JsonTokenType.StartObject)
        {
            throw new FormatException("Facts are an object.");
        }

        List<(string Name, string Value)> facts = [];
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            facts.Add((name, json.GetString() ?? throw new FormatException("A fact is a text.")));
        }

        return facts;
    }

    private static ControlCommand? CommandOf(string? text)
    {
        foreach (var (name, command) in Names)
        {
            if (string.Equals(name, text, StringComparison.Ordinal))
            {
                return command;
            }
        }

        return null;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(Passphrase);
        CryptographicOperations.ZeroMemory(NewPassphrase);
    }
}
