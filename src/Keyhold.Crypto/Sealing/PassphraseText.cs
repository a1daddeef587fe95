using System.Globalization;
using System.Text;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// Which bytes are a passphrase: UTF-8 as it is given, without control characters. Combining characters are refused,
/// since systems type them in different ways (NFC and NFD), which would look like a wrong passphrase.
/// </summary>
public static class PassphraseText
{
    /// <summary>The fewest characters that a new passphrase may have.</summary>
    public const int MinimumCharacters = 12;

    public const int MaximumBytes = 1024;

    /// <summary><see cref="RootKeyException"/> when it cannot be a passphrase; the message holds nothing of it.</summary>
    public static void Require(ReadOnlySpan<byte> passphrase, bool chosenNow)
    {
        if (passphrase.Length is 0 or > MaximumBytes)
        {
            throw Refused(
                passphrase.IsEmpty ? "is empty" : $"has {passphrase.Length} bytes, and {MaximumBytes} are the most"
            );
        }

        int characters = 0;
        ReadOnlySpan<byte> rest = passphrase;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(rest, out Rune rune, out int consumed) != System.Buffers.OperationStatus.Done)
            {
                throw Refused($"is not UTF-8 from character {characters + 1} on");
            }

            characters++;
            RequireUsual(rune, characters);
            rest = rest[consumed..];
        }

        if (chosenNow && characters < MinimumCharacters)
        {
            throw Refused($"has {characters} characters, and a new one needs at least {MinimumCharacters}");
        }
    }

    private static void RequireUsual(Rune rune, int place)
    {
        UnicodeCategory category = Rune.GetUnicodeCategory(rune);
        if (category is UnicodeCategory.Control)
        {
            throw Refused($"has a control character at place {place}");
        }

        bool isJamo = rune.Value is >= 0x1100 and <= 0x11ff;
        if (
            isJamo
            || category
                is UnicodeCategory.NonSpacingMark
                    or UnicodeCategory.SpacingCombiningMark
                    or UnicodeCategory.EnclosingMark
        )
        {
            throw Refused(
                $"has a combining character at place {place}, which systems type in different ways; use composed "
                    + "characters (NFC) or others"
            );
        }
    }

    private static RootKeyException Refused(string reason) =>
        new(
            $"The passphrase {reason}. Expected is UTF-8 text on one line; several unrelated words are easy to remember."
        );
}
