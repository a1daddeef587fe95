using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// ECPrivateKey (RFC 5915 section 3) of a curve with 32-byte numbers, read in place and written:
/// <code>
/// SEQUENCE { INTEGER 1, OCTET STRING d, [0] curve?, [1] { BIT STRING point }? }
/// </code>
/// </summary>
internal readonly ref struct EllipticPrivateKeyDer
{
    internal const int NumberSize = 32;

    private static readonly Asn1Tag Parameters = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Point = new(TagClass.ContextSpecific, 1, isConstructed: true);

    private EllipticPrivateKeyDer(ReadOnlySpan<byte> number, ReadOnlySpan<byte> publicPoint)
    {
        Number = number;
        PublicPoint = publicPoint;
    }

    /// <summary>The private number d: 32 bytes.</summary>
    internal ReadOnlySpan<byte> Number { get; }

    /// <summary>The public point as it stands, empty when the key leaves it out.</summary>
    internal ReadOnlySpan<byte> PublicPoint { get; }

    internal static EllipticPrivateKeyDer Read(Pkcs8 info)
    {
        try
        {
            var outer = new DerReader(info.Key);
            DerReader key = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (key.ReadSmallInteger() != 1)
            {
                throw KeyFormat.NotPkcs8();
            }

            ReadOnlySpan<byte> number = key.ReadOctetString();
            if (number.Length != NumberSize)
            {
                throw KeyFormat.NotPkcs8();
            }

            if (
                key.NextIs(Parameters)
                && !string.Equals(
                    key.ReadSequence(Parameters).ReadObjectIdentifier(),
                    info.Curve,
                    StringComparison.Ordinal
                )
            )
            {
                throw KeyFormat.Inconsistent();
            }

            ReadOnlySpan<byte> point = [];
            if (key.NextIs(Point))
            {
                DerReader wrapped = key.ReadSequence(Point);
                point = wrapped.ReadBitString();
                wrapped.ThrowIfNotEmpty();
            }

            key.ThrowIfNotEmpty();
            return new EllipticPrivateKeyDer(number, point);
        }
        catch (AsnContentException)
        {
            throw KeyFormat.NotPkcs8();
        }
    }

    /// <summary>Refuses a key whose public part is another key's.</summary>
    internal void CheckPoint(ReadOnlySpan<byte> expected)
    {
        if (!PublicPoint.IsEmpty && !PublicPoint.SequenceEqual(expected))
        {
            throw KeyFormat.Inconsistent();
        }
    }

    /// <summary>A whole PKCS#8 with the point in it, as OpenSSL writes it. The caller clears it.</summary>
    internal static byte[] WritePkcs8(string curve, ReadOnlySpan<byte> number, ReadOnlySpan<byte> point)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 256);
        byte[] key = [];
        try
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.WriteOctetString(number);
                using (writer.PushSequence(Point))
                {
                    writer.WriteBitString(point);
                }
            }

            key = writer.Encode();
            return Pkcs8.Write(ObjectIdentifiers.EcPublicKey, curve, key);
        }
        finally
        {
            writer.Reset();
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
