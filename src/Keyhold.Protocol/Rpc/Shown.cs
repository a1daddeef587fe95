using Keyhold.Protocol.Answers;

namespace Keyhold.Protocol.Rpc;

/// <summary>What a message may repeat of a client's text: short, printable, free of private keys.</summary>
internal static class Shown
{
    private const int MaxCharacters = 64;

    public static string Text(string value)
    {
        if (PrivateKeyLeak.IsIn(value))
        {
            return "(a private key, not shown)";
        }

        var cut = value.Length <= MaxCharacters ? value : string.Concat(value.AsSpan(0, MaxCharacters), "...");
        return string.Create(
            cut.Length,
            cut,
            static (span, text) =>
            {
                for (var index = 0; index < text.Length; index++)
                {
                    span[index] = char.IsControl(text[index]) || char.IsSurrogate(text[index]) ? '?' : text[index];
                }
            }
        );
    }

    public static string Quoted(string value) => "\"" + Text(value) + "\"";
}
