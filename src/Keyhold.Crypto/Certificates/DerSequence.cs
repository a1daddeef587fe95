using System.Formats.Asn1;

namespace Keyhold.Crypto.Certificates;

/// <summary>A DER SEQUENCE that fills its bytes, as the values of extensions are; AsnContentException otherwise.</summary>
internal static class DerSequence
{
    public static AsnReader Read(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        return sequence;
    }

    /// <summary>SEQUENCE SIZE (1..MAX).</summary>
    public static AsnReader ReadFilled(ReadOnlyMemory<byte> der)
    {
        var sequence = Read(der);
        ThrowIfEmpty(sequence);
        return sequence;
    }

    public static void ThrowIfEmpty(AsnReader list)
    {
        if (!list.HasData)
        {
            throw new AsnContentException("A list in it is empty.");
        }
    }
}
