using System.Globalization;

namespace Keyhold.Server.Access;

/// <summary>The id of a policy's version, as RAM writes it: v1, v2 and so on.</summary>
internal static class PolicyVersionId
{
    public static string Of(int number) => string.Create(CultureInfo.InvariantCulture, $"v{number}");

    /// <summary>Null when the text is no such id.</summary>
    public static int? Parse(string text) =>
        text.Length is > 1 and <= 9
        && text[0] == 'v'
        && text[1] != '0'
        && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
