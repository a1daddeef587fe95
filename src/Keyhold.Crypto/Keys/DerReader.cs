using System.Formats.Asn1;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// Reads strict DER (X.690) from a span without copying, so that private keys leave no copies behind.
/// Every deviation is an <see cref="AsnContentException"/>, which carries no content.
/// </summary>
internal ref struct DerReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> rest = data;

    internal readonly bool IsEmpty => rest.IsEmpty;

    internal readonly bool NextIs(Asn1Tag tag) =>
        !rest.IsEmpty && Asn1Tag.Decode(rest, out _).HasSameClassAndValue(tag);

    internal DerReader ReadSequence(Asn1Tag? tag = null)
    {
        AsnDecoder.ReadSequence(rest, AsnEncodingRules.DER, out int start, out int length, out int consumed, tag);
        var content = new DerReader(rest.Slice(start, length));
        rest = rest[consumed..];
        return content;
    }

    /// <summary>A whole value with its tag and length.</summary>
    internal ReadOnlySpan<byte> ReadEncoded()
    {
        AsnDecoder.ReadEncodedValue(rest, AsnEncodingRules.DER, out _, out _, out int consumed);
        ReadOnlySpan<byte> value = rest[..consumed];
        rest = rest[consumed..];
        return value;
    }

    internal string ReadObjectIdentifier()
    {
        string value = AsnDecoder.ReadObjectIdentifier(rest, AsnEncodingRules.DER, out int consumed);
        rest = rest[consumed..];
        return value;
    }

    /// <summary>An integer of zero or more, big-endian, without the sign byte.</summary>
    internal ReadOnlySpan<byte> ReadUnsigned()
    {
        ReadOnlySpan<byte> value = AsnDecoder.ReadIntegerBytes(rest, AsnEncodingRules.DER, out int consumed);
        if ((value[0] & 0x80) != 0)
        {
            throw new AsnContentException("A negative integer stands where none may be.");
        }

        rest = rest[consumed..];
        return value.Length > 1 && value[0] == 0 ? value[1..] : value;
    }

    internal int ReadSmallInteger()
    {
        if (!AsnDecoder.TryReadInt32(rest, AsnEncodingRules.DER, out int value, out int consumed))
        {
            throw new AsnContentException("An integer is too large.");
        }

        rest = rest[consumed..];
        return value;
    }

    internal ReadOnlySpan<byte> ReadOctetString()
    {
        if (!AsnDecoder.TryReadPrimitiveOctetString(rest, AsnEncodingRules.DER, out var value, out int consumed))
        {
            throw new AsnContentException("An octet string is in pieces, which DER forbids.");
        }

        rest = rest[consumed..];
        return value;
    }

    /// <summary>A bit string of whole bytes.</summary>
    internal ReadOnlySpan<byte> ReadBitString()
    {
        if (
            !AsnDecoder.TryReadPrimitiveBitString(
                rest,
                AsnEncodingRules.DER,
                out int unused,
                out var value,
                out int consumed
            )
            || unused != 0
        )
        {
            throw new AsnContentException("A bit string is in pieces or does not end at a byte.");
        }

        rest = rest[consumed..];
        return value;
    }

    internal void ReadNull()
    {
        AsnDecoder.ReadNull(rest, AsnEncodingRules.DER, out int consumed);
        rest = rest[consumed..];
    }

    internal readonly void ThrowIfNotEmpty()
    {
        if (!rest.IsEmpty)
        {
            throw new AsnContentException("Bytes follow where the structure should end.");
        }
    }
}
