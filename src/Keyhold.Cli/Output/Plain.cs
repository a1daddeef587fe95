using System.Text;

namespace Keyhold.Cli.Output;

/// <summary>
/// Text of others (names in certificates, messages) on a terminal: control characters, which could rewrite the screen,
/// are shown as a code instead.
/// </summary>
internal static class Plain
{
    public static string Text(string text)
    {
        if (!text.Any(IsControl))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            plain.Append(IsControl(character) ? $"\\u{(int)character:X4}" : character.ToString());
        }

        return plain.ToString();
    }

    private static bool IsControl(char character) => char.IsControl(character) && character != '\n';
}
