using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Server.Operations.Tags;

/// <summary>Tags as the API reads and shows them: a JSON array of TagKey and TagValue.</summary>
internal static class TagList
{
    /// <summary>The API's limit for one request.</summary>
    public const int MaximumPerRequest = 10;

    /// <summary>The limit for one certificate.</summary>
    public const int MaximumPerResource = 20;

    private const int MaximumLength = 128;
    private const string AllowedMarks = "/\\_-.+=:@ ";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<KeyValuePair<string, string>> Parse(Parameters parameters)
    {
        parameters.Required("Tags");
        var tags = parameters.JsonPairs("Tags", "TagKey", "TagValue", MaximumPerRequest);
        foreach (var (key, value) in tags)
        {
            RequireKey("Tags", key);
            RequireText("Tags", value);
        }

        var twice = tags.GroupBy(tag => tag.Key, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any());
        return twice is null
            ? tags
            : throw ApiException.InvalidParameter("Tags", $"TagKey {twice.Key} appears twice", "Give each TagKey once");
    }

    public static IReadOnlyList<string> ParseKeys(Parameters parameters)
    {
        parameters.Required("TagKeys");
        var keys = parameters.JsonTexts("TagKeys", MaximumPerRequest);
        foreach (var key in keys)
        {
            RequireKey("TagKeys", key);
        }

        return keys;
    }

    public static string ToJson(IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartArray();
            foreach (var (key, value) in tags)
            {
                json.WriteStartObject();
                json.WriteString("TagKey", key);
                json.WriteString("TagValue", value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void RequireKey(string parameter, string key)
    {
        RequireText(parameter, key);
        if (key.Length == 0)
        {
            throw ApiException.InvalidParameter(parameter, "a TagKey is empty", "Give every tag a key");
        }

        if (key.StartsWith("aliyun", StringComparison.Ordinal) || key.StartsWith("acs:", StringComparison.Ordinal))
        {
            throw ApiException.InvalidParameter(
                parameter,
                $"TagKey {key} starts with a reserved prefix",
                "Choose a key that starts neither with \"aliyun\" nor with \"acs:\""
            );
        }
    }

    private static void RequireText(string parameter, string text)
    {
        if (text.Length > MaximumLength)
        {
            throw ApiException.InvalidParameter(
                parameter,
                $"a key or value has {text.Length} characters",
                $"At most {MaximumLength} characters are allowed"
            );
        }

        if (text.Any(character => !char.IsLetterOrDigit(character) && !AllowedMarks.Contains(character)))
        {
            throw ApiException.InvalidParameter(
                parameter,
                "a key or value has a character that tags cannot hold",
                "Use letters, digits, blanks and / \\ _ - . + = : @"
            );
        }
    }
}
