using System.Formats.Asn1;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Keys;

/// <summary>Puts keys together piece by piece, so that tests can make each piece wrong.</summary>
internal static class KeyDer
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag One = new(TagClass.ContextSpecific, 1, isConstructed: true);

    internal static byte[] RsaPkcs8(RSAParameters key) => RsaPkcs8(key, withNull: true);

    internal static byte[] RsaPkcs8(RSAParameters key, bool withNull)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            byte[]?[] numbers = [key.Modulus, key.Exponent, key.D, key.P, key.Q, key.DP, key.DQ, key.InverseQ];
            foreach (byte[]? number in numbers)
            {
                Unsigned(writer, number!);
            }
        }

        return Pkcs8Of(writer.Encode(), identifier => RsaAlgorithm(identifier, withNull));
    }

    internal static byte[] RsaPublic(byte[] modulus, byte[] exponent, bool withNull = true)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Unsigned(writer, modulus);
            Unsigned(writer, exponent);
        }

        return PublicOf(writer.Encode(), identifier => RsaAlgorithm(identifier, withNull));
    }

    internal static byte[] EllipticPkcs8(
        string curve,
        byte[] number,
        byte[]? point = null,
        string? innerCurve = null,
        int version = 1
    )
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(version);
            writer.WriteOctetString(number);
            if (innerCurve is not null)
            {
                using (writer.PushSequence(Zero))
                {
                    writer.WriteObjectIdentifier(innerCurve);
                }
            }

            if (point is not null)
            {
                using (writer.PushSequence(One))
                {
                    writer.WriteBitString(point);
                }
            }
        }

        return Pkcs8Of(writer.Encode(), identifier => EllipticAlgorithm(identifier, curve));
    }

    internal static byte[] EllipticPublic(string curve, byte[] point) =>
        PublicOf(point, identifier => EllipticAlgorithm(identifier, curve));

    internal static byte[] PublicOf(byte[] key, Action<AsnWriter> writeAlgorithm)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writeAlgorithm(writer);
            }

            writer.WriteBitString(key);
        }

        return writer.Encode();
    }

    private static byte[] Pkcs8Of(byte[] key, Action<AsnWriter> writeAlgorithm)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writeAlgorithm(writer);
            }

            writer.WriteOctetString(key);
        }

        return writer.Encode();
    }

    private static void RsaAlgorithm(AsnWriter writer, bool withNull)
    {
        writer.WriteObjectIdentifier(ObjectIdentifiers.RsaEncryption);
        if (withNull)
        {
            writer.WriteNull();
        }
    }

    private static void EllipticAlgorithm(AsnWriter writer, string curve)
    {
        writer.WriteObjectIdentifier(ObjectIdentifiers.EcPublicKey);
        writer.WriteObjectIdentifier(curve);
    }

    private static void Unsigned(AsnWriter writer, ReadOnlySpan<byte> number)
    {
        int start = number.IndexOfAnyExcept((byte)0);
        writer.WriteIntegerUnsigned(start < 0 ? [0] : number[start..]);
    }
}
