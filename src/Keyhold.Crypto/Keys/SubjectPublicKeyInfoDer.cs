using System.Formats.Asn1;

namespace Keyhold.Crypto.Keys;

/// <summary>SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), read in place and written.</summary>
internal readonly ref struct SubjectPublicKeyInfoDer
{
    private SubjectPublicKeyInfoDer(
        string algorithm,
        string? curve,
        ReadOnlySpan<byte> identifier,
        ReadOnlySpan<byte> key
    )
    {
        Algorithm = algorithm;
        Curve = curve;
        AlgorithmIdentifier = identifier;
        Key = key;
    }

    internal string Algorithm { get; }

    /// <summary>The named curve of an EC key; null for others and for curves given by their parameters.</summary>
    internal string? Curve { get; }

    /// <summary>The whole AlgorithmIdentifier, for kinds of keys whose parameters say more.</summary>
    internal ReadOnlySpan<byte> AlgorithmIdentifier { get; }

    /// <summary>What the bit string holds: an RSAPublicKey, a point, or a raw key.</summary>
    internal ReadOnlySpan<byte> Key { get; }

    internal static SubjectPublicKeyInfoDer Read(ReadOnlySpan<byte> der)
    {
        try
        {
            var outer = new DerReader(der);
            DerReader info = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            ReadOnlySpan<byte> identifierDer = info.ReadEncoded();
            ReadOnlySpan<byte> key = info.ReadBitString();
            info.ThrowIfNotEmpty();

            DerReader identifier = new DerReader(identifierDer).ReadSequence();
            (string algorithm, string? curve) = KeyAlgorithm.Read(ref identifier);
            return new SubjectPublicKeyInfoDer(algorithm, curve, identifierDer, key);
        }
        catch (AsnContentException)
        {
            throw KeyFormat.NotSubjectPublicKeyInfo();
        }
    }

    internal static byte[] Write(string algorithm, string? curve, ReadOnlySpan<byte> key)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            KeyAlgorithm.Write(writer, algorithm, curve);
            writer.WriteBitString(key);
        }

        return writer.Encode();
    }
}
