using System.Formats.Asn1;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// PKCS#8 PrivateKeyInfo (RFC 5208 section 5), read in place and written:
/// <code>
/// SEQUENCE { INTEGER 0, SEQUENCE { OID algorithm, parameters }, OCTET STRING privateKey, [0] attributes? }
/// </code>
/// Attributes are passed over.
/// </summary>
internal readonly ref struct Pkcs8
{
    private static readonly Asn1Tag Attributes = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private Pkcs8(string algorithm, string? curve, ReadOnlySpan<byte> key)
    {
        Algorithm = algorithm;
        Curve = curve;
        Key = key;
    }

    internal string Algorithm { get; }

    /// <summary>The named curve of an EC key; null for others and for curves given by their parameters.</summary>
    internal string? Curve { get; }

    internal ReadOnlySpan<byte> Key { get; }

    internal static Pkcs8 Read(ReadOnlySpan<byte> der)
    {
        try
        {
            var outer = new DerReader(der);
            DerReader info = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (info.ReadSmallInteger() != 0)
            {
                throw KeyFormat.NotPkcs8();
            }

            DerReader identifier = info.ReadSequence();
            (string algorithm, string? curve) = KeyAlgorithm.Read(ref identifier);
            ReadOnlySpan<byte> key = info.ReadOctetString();
            if (info.NextIs(Attributes))
            {
                info.ReadEncoded();
            }

            info.ThrowIfNotEmpty();
            return new Pkcs8(algorithm, curve, key);
        }
        catch (AsnContentException)
        {
            throw KeyFormat.NotPkcs8();
        }
    }

    /// <summary>The caller clears the result; the writer's own buffer is cleared here.</summary>
    internal static byte[] Write(string algorithm, string? curve, ReadOnlySpan<byte> key)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, key.Length + 64);
        try
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
                KeyAlgorithm.Write(writer, algorithm, curve);
                writer.WriteOctetString(key);
            }

            return writer.Encode();
        }
        finally
        {
            writer.Reset();
        }
    }
}
