using System.Text.Json;

namespace Keyhold.Server.Audit;

/// <summary>An event as it is read back from the trail.</summary>
public sealed class TrailEvent
{
    private readonly JsonElement root;

    private TrailEvent(JsonElement root, string json)
    {
        this.root = root;
        Json = json;
    }

    /// <summary>The line as it stands in the trail.</summary>
    public string Json { get; }

    public string Name => Text("eventName") ?? "";

    public DateTimeOffset? Time => EventTime.TryParse(Text("eventTime"));

    public string? ErrorCode => Text("errorCode");

    public string? UserName => Text("userIdentity", "userName");

    public string? AccessKeyId => Text("userIdentity", "accessKeyId");

    public string? SourceIpAddress => Text("sourceIpAddress");

    /// <summary>Whether the line is about the trail itself.</summary>
    public bool IsControl => string.Equals(Text("eventType"), TrailLine.ControlType, StringComparison.Ordinal);

    /// <summary>Whether it was recovered after a crash: the change was committed, but nobody knows the answer.</summary>
    public bool IsAnswerUnknown => string.Equals(Text("answer"), "unknown", StringComparison.Ordinal);

    /// <summary>The ids that the event refers to, of whatever kind.</summary>
    public IEnumerable<string> ResourceIds =>
        root.TryGetProperty("referencedResources", out var resources) && resources.ValueKind == JsonValueKind.Object
            ? resources
                .EnumerateObject()
                .Where(kind => kind.Value.ValueKind == JsonValueKind.Array)
                .SelectMany(kind => kind.Value.EnumerateArray())
                .Select(id => TextOf(id))
                .OfType<string>()
            : [];

    /// <summary>A field's text; null when it is not there, or is no text.</summary>
    public string? Text(params ReadOnlySpan<string> path) => TextOf(root, path);

    public long? Number(string name) =>
        root.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;

    /// <summary>What a line about retention says was deleted.</summary>
    internal IEnumerable<(string Name, string Sha256)> RetiredSegments() =>
        root.TryGetProperty("retiredSegments", out var retired) && retired.ValueKind == JsonValueKind.Array
            ? retired.EnumerateArray().Select(each => (TextOf(each, "name") ?? "", TextOf(each, "sha256") ?? ""))
            : [];

    private static string? TextOf(JsonElement at, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return TextOf(at);
    }

    /// <summary>Null also for bytes that are no UTF-8, which the parser itself lets pass.</summary>
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Null for what is no JSON object.</summary>
    internal static TrailEvent? TryParse(ReadOnlySpan<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line.ToArray());
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new TrailEvent(document.RootElement.Clone(), TrailLine.TextOf(line))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
