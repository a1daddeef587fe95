using System.Text.Json;

namespace Keyhold.Conformance.Clients;

/// <summary>
/// A refused request: the error as the server sent it, and the code and text as the client handed them to its caller.
/// </summary>
internal sealed record Refusal(
    int Status,
    string Code,
    string Message,
    string RequestId,
    string ClientName,
    string ClientCode,
    string ClientMessage
)
{
    public static Refusal FromClient(JsonElement error)
    {
        var answer = error.GetProperty("answer");
        return new Refusal(
            error.GetProperty("status").GetInt32(),
            TextOf(answer, "Code"),
            TextOf(answer, "Message"),
            TextOf(answer, "RequestId"),
            TextOf(error, "name"),
            TextOf(error, "code"),
            TextOf(error, "message")
        );
    }

    public static Refusal FromHttp(HttpAnswer http)
    {
        var answer = http.Json;
        var code = TextOf(answer, "Code");
        var message = TextOf(answer, "Message");
        return new Refusal(http.Status, code, message, TextOf(answer, "RequestId"), "", code, message);
    }

    private static string TextOf(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
        && parent.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
}
