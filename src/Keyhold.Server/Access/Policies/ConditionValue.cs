using System.Globalization;

namespace Keyhold.Server.Access.Policies;

/// <summary>The values of conditions that are no plain texts; null for a text that is none of the kind.</summary>
internal static class ConditionValue
{
    /// <summary>ISO 8601 with a date, a time and an offset: a moment without an offset could be several.</summary>
    private static readonly string[] TimeForms =
    [
        "yyyy-MM-dd'T'HH:mm:ss'Z'",
        "yyyy-MM-dd'T'HH:mm'Z'",
        "yyyy-MM-dd'T'HH:mm:sszzz",
        "yyyy-MM-dd'T'HH:mmzzz",
    ];

    public static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            TimeForms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time
            : null;

    public static decimal? Number(string text) =>
        decimal.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;

    public static bool? Flag(string text) =>
        text switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        };
}
