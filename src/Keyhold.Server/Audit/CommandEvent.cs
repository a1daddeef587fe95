using System.Text.Json;
using Keyhold.Server.Access;

namespace Keyhold.Server.Audit;

/// <summary>
/// An event without a request: a command that works on the data folder itself, by the operating system's user who runs it,
/// or the server's own doing. Parameters never hold a secret.
/// </summary>
internal sealed record CommandEvent(string Name, (string Name, string Value)[] Parameters)
{
    private const string OfCommand = "KeyholdCommand";
    private const string OfServerItself = "KeyholdService";

    /// <summary>How long a parameter may be.</summary>
    private const int LongestValue = 1024;

    private string Type { get; init; } = OfCommand;

    /// <summary>Ties the event to the intent of its change; null when it has none.</summary>
    public string? RequestId { get; init; }

    /// <summary>Ids that the event is about, of one kind, such as ACS::RAM::AccessKey.</summary>
    public (string Kind, string Id)? Resource { get; init; }

    /// <summary>Who gave the command; null for the user that this process runs as.</summary>
    public OperatingSystemUser? Actor { get; init; }

    /// <summary>Why it was refused; null when it was done.</summary>
    public (string Code, string Message)? Error { get; init; }

    public static CommandEvent Of(string name, params (string Name, string Value)[] parameters) =>
        new(name, parameters);

    public static CommandEvent OfServer(string name, params (string Name, string Value)[] parameters) =>
        new(name, parameters) { Type = OfServerItself };

    public static (string Kind, string Id) AccessKey(string accessKeyId) => ("ACS::RAM::AccessKey", accessKeyId);

    /// <summary>Null for what has no id of its own, such as all users.</summary>
    public static (string Kind, string Id)? About(Resource? resource) =>
        resource is { Id: { } id and not "*" } named ? (RequestEvent.KindOf(named), id) : null;

    public ReadOnlyMemory<byte> Write(EventFields fields, DateTimeOffset now)
    {
        var json = fields.Begin();
        json.WriteString("eventType", Type);
        json.WriteString("eventName", Name);
        json.WriteString("eventTime", EventTime.Of(now));
        json.WriteNumber("eventVersion", 1);
        json.WriteString("serviceName", "Keyhold");
        if (RequestId is not null)
        {
            json.WriteString("requestId", RequestId);
        }

        var actor = Actor ?? OperatingSystemUser.OfThisProcess();
        json.WriteStartObject("userIdentity");
        json.WriteString("type", "operating-system-user");
        json.WriteString("principalId", actor.Id);
        json.WriteString("userName", actor.Name);
        json.WriteEndObject();
        WriteParameters(json);
        if (Resource is var (kind, id))
        {
            json.WriteStartObject("referencedResources");
            json.WriteStartArray(kind);
            json.WriteStringValue(Cut(id));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (Error is var (code, message))
        {
            json.WriteString("errorCode", code);
            json.WriteString("errorMessage", Cut(message));
        }

        return fields.Finish();
    }

    private void WriteParameters(Utf8JsonWriter json)
    {
        json.WriteStartObject("requestParameters");
        foreach (var (name, value) in Parameters)
        {
            json.WriteString(name, Cut(value));
        }

        json.WriteEndObject();
    }

    private static ReadOnlySpan<char> Cut(string text) => text.AsSpan(0, Math.Min(text.Length, LongestValue));
}
