using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace Keyhold.Crypto.Certificates;

/// <summary>A mailbox beyond ASCII among the alternative names, an otherName of a type of its own (RFC 9598 section 3).</summary>
internal static class SmtpUtf8Mailbox
{
    private const string Oid = "1.3.6.1.5.5.7.8.9";

    private static readonly Asn1Tag ValueTag = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <param name="otherName">The content of an otherName.</param>
    /// <param name="mailbox">Null when it is one, but not the UTF8String that it should be.</param>
    public static bool TryRead(ReadOnlyMemory<byte> otherName, out string? mailbox)
    {
        mailbox = null;
        var isMailbox = false;
        try
        {
            var reader = new AsnReader(otherName, AsnEncodingRules.DER);
            isMailbox = reader.ReadObjectIdentifier() is Oid;
            if (isMailbox)
            {
                var value = reader.ReadSequence(ValueTag);
                var text = value.ReadCharacterString(UniversalTagNumber.UTF8String);
                value.ThrowIfNotEmpty();
                reader.ThrowIfNotEmpty();
                mailbox = text;
            }
        }
        catch (AsnContentException)
        {
            // Where the type could be read, it is a mailbox that nobody can read.
        }
        return isMailbox;
    }

    /// <summary>
    /// The mailbox with its domain in A-labels, by which domains are compared (RFC 9598 section 5); null when it cannot
    /// be told which domain is meant. RFC 8398 let domains be written in U-labels; those that a mail program would have
    /// to fold or to compose first are taken for none.
    /// </summary>
    public static string? WithAsciiDomain(string mailbox)
    {
        var start = mailbox.LastIndexOf('@') + 1;
        if (mailbox.Any(char.IsControl))
        {
            return null;
        }
        if (Ascii.IsValid(mailbox.AsSpan(start)))
        {
            return mailbox;
        }
        try
        {
            return mailbox[start..].EnumerateRunes().All(IsOfULabel)
                ? mailbox[..start] + new IdnMapping { UseStd3AsciiRules = true }.GetAscii(mailbox, start)
                : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsOfULabel(Rune character) =>
        character.IsAscii
            ? Rune.IsLetterOrDigit(character) || character.Value is '.' or '-'
            : Rune.IsLetterOrDigit(character) && StringPreparation.IsStable(character);
}
