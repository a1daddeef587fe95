using System.Globalization;

namespace Keyhold.Protocol.Rpc;

/// <summary>
/// Typed reads of an operation's parameters. Every failure is an <see cref="ApiException"/> that names the parameter,
/// what was found, what was expected and what to do. An empty value counts as absent; unknown parameters are ignored,
/// as the real service does.
/// </summary>
public sealed class Parameters
{
    private readonly IReadOnlyList<KeyValuePair<string, string>> values;

    internal Parameters(IReadOnlyList<KeyValuePair<string, string>> values) => this.values = values;

    public IEnumerable<KeyValuePair<string, string>> All => values;

    public static Parameters From(IEnumerable<KeyValuePair<string, string>> values) => new([.. values]);

    public string Required(string name) => Optional(name) ?? throw ApiException.MissingParameter(name);

    public string? Optional(string name)
    {
        foreach (var (found, value) in values)
        {
            if (string.Equals(found, name, StringComparison.Ordinal))
            {
                return value.Length == 0 ? null : value;
            }
        }

        return null;
    }

    /// <summary>true or false in any case: Alibaba's .NET client writes True and False.</summary>
    public bool Boolean(string name, bool otherwise)
    {
        var value = Optional(name);
        if (value is null)
        {
            return otherwise;
        }

        return bool.TryParse(value, out var flag)
            ? flag
            : throw ApiException.InvalidParameter(name, $"found {Shown.Quoted(value)}", "Send true or false.");
    }

    public int Integer(string name, int otherwise, int minimum, int maximum)
    {
        var value = Optional(name);
        if (value is null)
        {
            return otherwise;
        }

        return
            int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= minimum
            && number <= maximum
            ? number
            : throw ApiException.InvalidParameter(
                name,
                $"found {Shown.Quoted(value)}",
                string.Create(CultureInfo.InvariantCulture, $"Send a whole number from {minimum} to {maximum}.")
            );
    }

    public string RequiredOneOf(string name, IReadOnlyList<string> allowed) =>
        OptionalOneOf(name, allowed) ?? throw ApiException.MissingParameter(name);

    public string? OptionalOneOf(string name, IReadOnlyList<string> allowed)
    {
        var value = Optional(name);
        return value is null || allowed.Contains(value, StringComparer.Ordinal)
            ? value
            : throw ApiException.InvalidParameter(
                name,
                $"found {Shown.Quoted(value)}",
                $"Send {(allowed.Count == 1 ? "" : "one of ")}{string.Join(", ", allowed)}."
            );
    }

    /// <summary>
    /// The decoded bytes of standard base64 with padding (RFC 4648 section 4). The value is never repeated in a
    /// message, since it may be a plaintext.
    /// </summary>
    public byte[] RequiredBase64(string name, int maximumBytes) =>
        Base64Value.Decode(name, Required(name), maximumBytes);

    /// <summary>
    /// A JSON array of strings, or the values of a JSON object, which two of Alibaba's clients send for a list. Empty
    /// when absent.
    /// </summary>
    public IReadOnlyList<string> JsonTexts(string name, int maximum) =>
        Optional(name) is { } json ? JsonValue.Texts(name, json, maximum) : [];

    /// <summary>
    /// A JSON array of objects that hold two strings, like <c>[{"TagKey":"a","TagValue":"b"}]</c>; a missing value is
    /// empty, a missing key refused. Empty when absent.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> JsonPairs(
        string name,
        string keyField,
        string valueField,
        int maximum
    ) => Optional(name) is { } json ? JsonValue.Pairs(name, json, keyField, valueField, maximum) : [];
}
