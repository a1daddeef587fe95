using System.Formats.Asn1;

namespace Keyhold.Crypto.Certificates;

/// <summary>Tells by its first elements what a DER structure is, whatever the label around it says.</summary>
internal static class DerContent
{
    private static readonly Asn1Tag AttributesTag = new(TagClass.ContextSpecific, 0, isConstructed: true);

    internal enum Kind
    {
        Unknown,
        Certificate,
        Pkcs7,
        Pkcs12,
        Request,
        RevocationList,
        PublicKey,
        PrivateKey,
    }

    public static Kind KindOf(ReadOnlyMemory<byte> der)
    {
        try
        {
            // BER, since PKCS#7 and PKCS#12 files have lengths that are left open.
            return KindOf(new AsnReader(der, AsnEncodingRules.BER).ReadSequence());
        }
        catch (AsnContentException)
        {
            return Kind.Unknown;
        }
    }

    private static Kind KindOf(AsnReader outer)
    {
        var first = outer.PeekTag();
        if (first.HasSameClassAndValue(Asn1Tag.ObjectIdentifier))
        {
            return outer.ReadObjectIdentifier() is Pkcs7File.SignedData or Pkcs7File.Sm2SignedData
                ? Kind.Pkcs7
                : Kind.Unknown;
        }
        if (first.HasSameClassAndValue(Asn1Tag.Integer))
        {
            return KindOfNumbered(outer);
        }
        return first.HasSameClassAndValue(Asn1Tag.Sequence) ? KindOfSigned(outer) : Kind.Unknown;
    }

    /// <summary>PKCS#1, SEC 1 and PKCS#8 keys and PKCS#12 files begin with a number.</summary>
    private static Kind KindOfNumbered(AsnReader outer)
    {
        var isVersion3 = outer.ReadInteger() == 3;
        var second = outer.PeekTag();
        outer.ReadEncodedValue();
        if (isVersion3 && second.HasSameClassAndValue(Asn1Tag.Sequence))
        {
            return Kind.Pkcs12;
        }
        return second.HasSameClassAndValue(Asn1Tag.Integer) && !outer.HasData ? Kind.PublicKey : Kind.PrivateKey;
    }

    private static Kind KindOfSigned(AsnReader outer)
    {
        var body = outer.ReadSequence();
        var first = body.PeekTag();
        if (first.HasSameClassAndValue(Asn1Tag.ObjectIdentifier))
        {
            var second = outer.PeekTag();
            return second.HasSameClassAndValue(Asn1Tag.PrimitiveBitString) ? Kind.PublicKey
                : second.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString) ? Kind.PrivateKey
                : Kind.Unknown;
        }
        if (!first.HasSameClassAndValue(Asn1Tag.Integer))
        {
            return first.HasSameClassAndValue(Asn1Tag.Sequence) ? Kind.RevocationList : Kind.Certificate;
        }
        // A request: number, name, key, attributes. A list: number, algorithm, name, time. A version 1 certificate: number,
        // algorithm, name, validity.
        body.ReadInteger();
        body.ReadEncodedValue();
        body.ReadEncodedValue();
        if (!body.HasData || body.PeekTag().HasSameClassAndValue(AttributesTag))
        {
            return Kind.Request;
        }
        return body.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) ? Kind.Certificate : Kind.RevocationList;
    }
}
