using System.Globalization;
using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Server.Operations;

/// <summary>Texts for people: kept and shown, never obeyed.</summary>
internal static class ShortTexts
{
    /// <summary>Empty when absent.</summary>
    public static string ShortText(this Parameters parameters, string name, int maximum)
    {
        var text = parameters.Optional(name) ?? "";
        if (text.Length > maximum)
        {
            throw ApiException.InvalidParameter(
                name,
                string.Create(CultureInfo.InvariantCulture, $"it has {text.Length} characters"),
                string.Create(CultureInfo.InvariantCulture, $"At most {maximum} are allowed")
            );
        }

        return text.Any(char.IsControl)
            ? throw ApiException.InvalidParameter(name, "it has a control character", "Write it in one line of text")
            : text;
    }
}
