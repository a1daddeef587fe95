using System.Formats.Asn1;
using System.Text;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Reads the text form of a distinguished name: RFC 4514, and of RFC 2253 section 4 also <c>;</c> as separator, quoted
/// values, the <c>OID.</c> prefix and spaces around separators. Knows no attribute types: that is the caller's part.
/// </summary>
internal sealed class DistinguishedNameText
{
    private const string SpecialCharacters = ",+\"\\<>;=# ";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, true);

    private readonly string text;
    private int position;

    private DistinguishedNameText(string text) => this.text = text;

    /// <summary>One type and value as written: either text, or the encoded value that stood behind a <c>#</c>.</summary>
    internal sealed record Attribute(string Type, string? Text, ReadOnlyMemory<byte> Encoded, int Position);

    /// <summary>The relative names in the order of the text; none for an empty text.</summary>
    public static IReadOnlyList<IReadOnlyList<Attribute>> Parse(string text)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException failure)
        {
            throw new DistinguishedNameException(
                $"character {failure.Index + 1} is half of a Unicode character",
                "Send the text as UTF-8.",
                failure.Index + 1
            );
        }
        return new DistinguishedNameText(text).ReadAll();
    }

    private List<IReadOnlyList<Attribute>> ReadAll()
    {
        var names = new List<IReadOnlyList<Attribute>>();
        SkipSpaces();
        if (AtEnd)
        {
            return names;
        }
        var current = new List<Attribute>();
        while (true)
        {
            current.Add(ReadAttribute());
            if (AtEnd)
            {
                names.Add(current);
                return names;
            }
            if (text[position++] != '+')
            {
                names.Add(current);
                current = [];
            }
        }
    }

    private Attribute ReadAttribute()
    {
        SkipSpaces();
        if (AtEnd)
        {
            throw Refusal(
                "the text ends where an attribute such as CN=name should follow",
                "Remove the last separator."
            );
        }
        var start = position;
        var type = ReadType();
        SkipSpaces();
        if (!AtEnd && text[position] == '#')
        {
            return new Attribute(type, null, ReadEncodedValue(), start + 1);
        }
        var value = !AtEnd && text[position] == '"' ? ReadQuotedValue() : ReadPlainValue();
        return new Attribute(type, value, default, start + 1);
    }

    private string ReadType()
    {
        var start = position;
        while (!AtEnd && (char.IsAsciiLetterOrDigit(text[position]) || text[position] is '-' or '.'))
        {
            position++;
        }
        var type = text[start..position];
        SkipSpaces();
        if (AtEnd || text[position] != '=')
        {
            throw Refusal(
                $"character {position + 1} should belong to an attribute type or be the = behind it",
                "Write each part as TYPE=value, for example CN=name, and put a \\ before , + ; and = inside values."
            );
        }
        position++;
        if (type.StartsWith("OID.", StringComparison.OrdinalIgnoreCase))
        {
            type = type[4..];
        }
        if (!IsKeyword(type) && !IsObjectIdentifier(type))
        {
            throw new DistinguishedNameException(
                $"the attribute type at character {start + 1} is neither a name like CN nor an object identifier like 2.5.4.3",
                "Write each part as TYPE=value, for example CN=name.",
                start + 1
            );
        }
        return type;
    }

    private static bool IsKeyword(string type) =>
        type.Length > 0 && char.IsAsciiLetter(type[0]) && !type.Contains('.', StringComparison.Ordinal);

    private static bool IsObjectIdentifier(string type)
    {
        var arcs = type.Split('.');
        return arcs.Length >= 2
            && arcs.All(arc => arc.Length > 0 && arc.All(char.IsAsciiDigit) && (arc.Length == 1 || arc[0] != '0'));
    }

    private byte[] ReadEncodedValue()
    {
        var start = position++;
        while (!AtEnd && char.IsAsciiHexDigit(text[position]))
        {
            position++;
        }
        var digits = text.AsSpan(start + 1, position - start - 1);
        ExpectEndOfValue("behind the hexadecimal value");
        try
        {
            var encoded = Convert.FromHexString(digits);
            AsnDecoder.ReadEncodedValue(encoded, AsnEncodingRules.BER, out _, out _, out var consumed);
            if (consumed == encoded.Length)
            {
                return encoded;
            }
        }
        catch (Exception failure) when (failure is FormatException or AsnContentException)
        {
            // Said below, together with the case of bytes left over.
        }
        throw new DistinguishedNameException(
            $"the # at character {start + 1} is not followed by one BER encoded value in hexadecimal",
            "Put a \\ before the # if it belongs to the value.",
            start + 1
        );
    }

    private string ReadQuotedValue()
    {
        var start = position++;
        var value = new ValueBuilder();
        while (!AtEnd && text[position] != '"')
        {
            if (text[position] == '\\')
            {
                ReadEscape(value);
            }
            else
            {
                value.Append(text[position++]);
            }
        }
        if (AtEnd)
        {
            throw new DistinguishedNameException(
                $"the quotation mark at character {start + 1} is never closed",
                "Close it, or put a \\ before it if it belongs to the value.",
                start + 1
            );
        }
        position++;
        ExpectEndOfValue("behind the closing quotation mark");
        return Finish(value, start);
    }

    private string ReadPlainValue()
    {
        var start = position;
        var value = new ValueBuilder();
        while (!AtEnd && text[position] is not (',' or ';' or '+'))
        {
            var character = text[position];
            if (character is '"' or '<' or '>' or '\0')
            {
                var name = character == '\0' ? "a NUL" : $"an unescaped {character}";
                throw Refusal(
                    $"character {position + 1} is {name}",
                    "Put a \\ before it, or write it as \\ and two hexadecimal digits."
                );
            }
            if (character == '\\')
            {
                ReadEscape(value);
            }
            else
            {
                value.Append(character, isTrimmable: character == ' ');
                position++;
            }
        }
        value.TrimEnd();
        return Finish(value, start);
    }

    private void ReadEscape(ValueBuilder value)
    {
        var next = position + 1;
        if (next < text.Length && SpecialCharacters.Contains(text[next], StringComparison.Ordinal))
        {
            value.Append(text[next]);
            position += 2;
        }
        else if (next + 1 < text.Length && char.IsAsciiHexDigit(text[next]) && char.IsAsciiHexDigit(text[next + 1]))
        {
            value.AppendByte(Convert.FromHexString(text.AsSpan(next, 2))[0]);
            position += 3;
        }
        else
        {
            throw Refusal(
                $"the \\ at character {position + 1} is followed neither by one of , + \" \\ < > ; = # or a blank nor by two hexadecimal digits",
                "Write \\\\ for a backslash in the value."
            );
        }
    }

    private static string Finish(ValueBuilder value, int start)
    {
        try
        {
            return StrictUtf8.GetString(value.Bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new DistinguishedNameException(
                $"the escaped bytes in the value at character {start + 1} are not UTF-8",
                "Escape every byte of the character's UTF-8 form, or write the character itself.",
                start + 1
            );
        }
    }

    private void ExpectEndOfValue(string where)
    {
        SkipSpaces();
        if (!AtEnd && text[position] is not (',' or ';' or '+'))
        {
            throw Refusal(
                $"character {position + 1} stands {where}, where only a separator may",
                "Put a comma there or remove it."
            );
        }
    }

    private bool AtEnd => position >= text.Length;

    private void SkipSpaces()
    {
        while (!AtEnd && text[position] == ' ')
        {
            position++;
        }
    }

    private DistinguishedNameException Refusal(string reason, string remedy) => new(reason, remedy, position + 1);

    /// <summary>A value in UTF-8: escapes may give single bytes of a character; only unescaped blanks at the end fall off.</summary>
    private sealed class ValueBuilder
    {
        private readonly List<byte> bytes = [];
        private int kept;
        private char highSurrogate;

        public byte[] Bytes => [.. bytes];

        public void Append(char character, bool isTrimmable = false)
        {
            if (char.IsHighSurrogate(character))
            {
                highSurrogate = character;
                return;
            }
            var rune = char.IsLowSurrogate(character) ? new Rune(highSurrogate, character) : new Rune(character);
            Span<byte> encoded = stackalloc byte[4];
            bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
            kept = isTrimmable ? kept : bytes.Count;
        }

        public void AppendByte(byte value)
        {
            bytes.Add(value);
            kept = bytes.Count;
        }

        public void TrimEnd() => bytes.RemoveRange(kept, bytes.Count - kept);
    }
}
