using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace Keyhold.Crypto.Certificates;

/// <summary>One attribute of a name: its type and its encoded value, the text of which is null when it is not a string.</summary>
internal sealed class NameAttribute
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, true);
    private static readonly UnicodeEncoding StrictUtf16 = new(bigEndian: true, byteOrderMark: false, true);
    private static readonly UTF32Encoding StrictUtf32 = new(bigEndian: true, byteOrderMark: false, true);

    public NameAttribute(string oid, ReadOnlyMemory<byte> encoded)
    {
        Oid = oid;
        Encoded = encoded;
        Text = Decode(encoded.Span);
    }

    public string Oid { get; }

    public ReadOnlyMemory<byte> Encoded { get; }

    public string? Text { get; }

    /// <summary>The value as certificates carry it: PrintableString where it fits, else UTF8String, unless the type says otherwise.</summary>
    public static NameAttribute FromText(string oid, string text, AttributeType.Encoding form)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        var tag = form switch
        {
            AttributeType.Encoding.Ia5 => UniversalTagNumber.IA5String,
            AttributeType.Encoding.Printable => UniversalTagNumber.PrintableString,
            _ when IsPrintable(text) => UniversalTagNumber.PrintableString,
            _ => UniversalTagNumber.UTF8String,
        };
        writer.WriteCharacterString(tag, text);
        return new NameAttribute(oid, writer.Encode());
    }

    /// <summary>The character set of PrintableString (X.680 section 41.4); it has neither @ nor * nor _ nor &amp;.</summary>
    public static bool IsPrintable(string text) =>
        text.All(character =>
            char.IsAsciiLetterOrDigit(character) || " '()+,-./:=?".Contains(character, StringComparison.Ordinal)
        );

    /// <summary>RFC 4514 section 2.4: a known string type is written as text, all else as the hexadecimal of its encoding.</summary>
    public override string ToString()
    {
        var type = AttributeType.FindByOid(Oid);
        return type is null || Text is null
            ? $"{type?.Keyword ?? Oid}=#{Convert.ToHexStringLower(Encoded.Span)}"
            : $"{type.Keyword}={Escape(Text)}";
    }

    internal static string Escape(string value)
    {
        var escaped = new StringBuilder(value.Length + 8);
        for (var i = 0; i < value.Length; i++)
        {
            var character = value[i];
            var isEdge = (character == ' ' && (i == 0 || i == value.Length - 1)) || (character == '#' && i == 0);
            if (isEdge || "\"+,;<>\\".Contains(character, StringComparison.Ordinal))
            {
                escaped.Append('\\').Append(character);
            }
            else if (IsInvisible(character))
            {
                foreach (var octet in Encoding.UTF8.GetBytes([character]))
                {
                    escaped.Append(CultureInfo.InvariantCulture, $"\\{octet:X2}");
                }
            }
            else
            {
                escaped.Append(character);
            }
        }
        return escaped.ToString();
    }

    /// <summary>Control characters, and those that reorder or break the text around them in a log or on a screen.</summary>
    private static bool IsInvisible(char character) =>
        char.GetUnicodeCategory(character)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;

    private static string? Decode(ReadOnlySpan<byte> encoded)
    {
        try
        {
            var tag = AsnDecoder.ReadEncodedValue(encoded, AsnEncodingRules.BER, out var offset, out var length, out _);
            if (tag.TagClass != TagClass.Universal || tag.IsConstructed)
            {
                return null;
            }
            var content = encoded.Slice(offset, length);
            return (UniversalTagNumber)tag.TagValue switch
            {
                UniversalTagNumber.UTF8String => StrictUtf8.GetString(content),
                UniversalTagNumber.PrintableString
                or UniversalTagNumber.IA5String
                or UniversalTagNumber.NumericString
                or UniversalTagNumber.VisibleString => Ascii.IsValid(content)
                    ? Encoding.ASCII.GetString(content)
                    : null,
                // T.61 is Latin-1 in practice: everything that ever wrote it meant that.
                UniversalTagNumber.TeletexString => Encoding.Latin1.GetString(content),
                UniversalTagNumber.BMPString => StrictUtf16.GetString(content),
                UniversalTagNumber.UniversalString => StrictUtf32.GetString(content),
                _ => null,
            };
        }
        catch (Exception failure) when (failure is AsnContentException or DecoderFallbackException)
        {
            return null;
        }
    }
}
