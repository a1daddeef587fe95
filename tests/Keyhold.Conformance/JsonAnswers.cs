using System.Text.Json;

namespace Keyhold.Conformance;

/// <summary>Reads fields of answers; a missing field fails the test with the whole answer.</summary>
internal static class JsonAnswers
{
    public static string Text(this JsonElement answer, string name)
    {
        Assert.True(answer.TryGetProperty(name, out var value), $"No {name} in {answer}");
        Assert.Equal(JsonValueKind.String, value.ValueKind);
        return value.GetString()!;
    }

    public static IReadOnlyList<string> Names(this JsonElement answer) =>
        [.. answer.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Texts(this JsonElement answer, string name)
    {
        Assert.True(answer.TryGetProperty(name, out var value), $"No {name} in {answer}");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }
}
