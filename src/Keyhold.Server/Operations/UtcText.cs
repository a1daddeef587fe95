using System.Globalization;

namespace Keyhold.Server.Operations;

/// <summary>Times as the API writes them: ISO 8601, UTC, whole seconds.</summary>
internal static class UtcText
{
    public static string Of(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
