using System.Globalization;

namespace Keyhold.Cli.Input;

/// <summary>A moment as RFC 3339 writes it, with its zone: 2026-01-01T00:00:00Z, 2026-01-01T08:00:00.5+08:00.</summary>
internal static class Rfc3339
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    public static bool TryParse(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(
            text.ToUpperInvariant(),
            Forms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out moment
        );
}
