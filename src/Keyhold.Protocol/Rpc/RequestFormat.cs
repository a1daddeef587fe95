using System.Text;
using Keyhold.Protocol.Answers;

namespace Keyhold.Protocol.Rpc;

/// <summary>
/// The answer's format: parameter Format, JSON or XML in any case, JSON when absent (KMS's default; V3 clients never
/// send it and read JSON only).
/// </summary>
internal static class RequestFormat
{
    public static AnswerFormat Of(WireParameters wire)
    {
        var format = wire.Value(CommonParameters.Format);
        return format.IsEmpty
            ? AnswerFormat.Json
            : Known(format)
                ?? throw ApiException.Explained(
                    ErrorCodes.InvalidParameterFormat,
                    $"Found {Shown.Quoted(Encoding.UTF8.GetString(format))}",
                    "Use JSON or XML, or leave Format out for JSON."
                );
    }

    /// <summary>Best effort, for a request that may not parse: the first readable Format in query or form.</summary>
    public static AnswerFormat Guessed(string rawTarget, IRequestHeaders headers, ReadOnlySpan<byte> body)
    {
        var question = rawTarget.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0 && FirstKnown(Encoding.UTF8.GetBytes(rawTarget[(question + 1)..])) is { } inQuery)
        {
            return inQuery;
        }

        return RequestBody.IsForm(headers) ? FirstKnown(body) ?? AnswerFormat.Json : AnswerFormat.Json;
    }

    private static AnswerFormat? FirstKnown(ReadOnlySpan<byte> pairs)
    {
        foreach (var range in pairs.Split((byte)'&'))
        {
            var pair = pairs[range];
            if (pair.StartsWith("Format="u8))
            {
                return Known(pair["Format=".Length..]);
            }
        }

        return null;
    }

    private static AnswerFormat? Known(ReadOnlySpan<byte> format)
    {
        if (Ascii.EqualsIgnoreCase(format, "json"u8))
        {
            return AnswerFormat.Json;
        }

        return Ascii.EqualsIgnoreCase(format, "xml"u8) ? AnswerFormat.Xml : null;
    }
}
