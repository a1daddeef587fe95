using System.Text.Json;

namespace Keyhold.Cli.Api;

/// <summary>One answer: the bytes as they came, and its fields.</summary>
internal sealed record ApiAnswer(int HttpStatus, ReadOnlyMemory<byte> Body, JsonElement Fields)
{
    public bool IsGood => HttpStatus is >= 200 and < 300;

    /// <summary>A field's text, "" counting as text; null when it is absent.</summary>
    public string? Text(string name) => TextOf(Fields, name);

    /// <summary>A field's text. A server that leaves it out is not one this program can work with.</summary>
    public string Required(string name) =>
        Text(name)
        ?? throw new UnreachableException($"The server's answer has no field {name}: is it a Keyhold server?");

    public bool Flag(string name) =>
        Fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public IReadOnlyList<string> Texts(string name) =>
        Fields.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(AsText)]
            : [];

    /// <summary>The objects of a wrapped list: {"Keys":{"Key":[{...},{...}]}}.</summary>
    public IReadOnlyList<JsonElement> Objects(string listName, string itemName) =>
        Fields.TryGetProperty(listName, out var list)
        && list.ValueKind == JsonValueKind.Object
        && list.TryGetProperty(itemName, out var items)
        && items.ValueKind == JsonValueKind.Array
            ? [.. items.EnumerateArray()]
            : [];

    public static string? TextOf(JsonElement fields, string name) =>
        fields.ValueKind == JsonValueKind.Object && fields.TryGetProperty(name, out var value) ? AsText(value) : null;

    private static string AsText(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
