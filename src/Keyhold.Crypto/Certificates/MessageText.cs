namespace Keyhold.Crypto.Certificates;

/// <summary>What a message may quote of foreign input: enough to recognise it, whatever its length.</summary>
internal static class MessageText
{
    private const int MaximumCharacters = 200;

    public static string Excerpt(string text) =>
        text.Length <= MaximumCharacters ? text : text[..CutBefore(text)] + "...";

    /// <summary>Not through the middle of a character.</summary>
    private static int CutBefore(string text) =>
        char.IsHighSurrogate(text[MaximumCharacters - 1]) ? MaximumCharacters - 1 : MaximumCharacters;
}
