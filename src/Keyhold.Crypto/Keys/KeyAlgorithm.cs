using System.Formats.Asn1;

namespace Keyhold.Crypto.Keys;

/// <summary>The AlgorithmIdentifier of a key (RFC 3279 section 2.3, RFC 5480): NULL with RSA, the curve with EC.</summary>
internal static class KeyAlgorithm
{
    /// <summary>
    /// Reads all of <paramref name="identifier"/>. RSA without its NULL is tolerated, as others do, and so is the curve of
    /// SM2 in the place of id-ecPublicKey, which OpenSSL 1.1.1 wrote into keys and certificates.
    /// </summary>
    internal static (string Algorithm, string? Curve) Read(ref DerReader identifier)
    {
        string algorithm = identifier.ReadObjectIdentifier();
        string? curve = null;
        if (algorithm is ObjectIdentifiers.RsaEncryption && !identifier.IsEmpty)
        {
            identifier.ReadNull();
        }
        else if (
            algorithm is ObjectIdentifiers.EcPublicKey or ObjectIdentifiers.Sm2Curve
            && identifier.NextIs(Asn1Tag.ObjectIdentifier)
        )
        {
            curve = identifier.ReadObjectIdentifier();
        }
        else if (!identifier.IsEmpty)
        {
            identifier.ReadEncoded();
        }

        identifier.ThrowIfNotEmpty();
        return algorithm is ObjectIdentifiers.Sm2Curve && curve is ObjectIdentifiers.Sm2Curve
            ? (ObjectIdentifiers.EcPublicKey, curve)
            : (algorithm, curve);
    }

    internal static void Write(AsnWriter writer, string algorithm, string? curve)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(algorithm);
            if (curve is null)
            {
                writer.WriteNull();
            }
            else
            {
                writer.WriteObjectIdentifier(curve);
            }
        }
    }
}
