using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// SM2EnvelopedKey (GM/T 0009 section 7.4): an SM2 private key wrapped for the holder of another one.
/// <code>
/// SEQUENCE {
///     SEQUENCE { OID SM4 or SM4-ECB, NULL? }
///     SEQUENCE { INTEGER x, INTEGER y, OCTET STRING C3, OCTET STRING C2 }     the SM4 key, under SM2
///     BIT STRING 04 || x || y                                                 the public key of the wrapped one
///     BIT STRING                                                              its number, under SM4 without padding
/// }
/// </code>
/// </summary>
public static class Sm2EnvelopedKey
{
    /// <summary>Every failure is the same <c>false</c>: bad form, not for this recipient, a number that does not fit its point.</summary>
    public static bool TryOpen(PrivateKey recipient, ReadOnlySpan<byte> der, [NotNullWhen(true)] out PrivateKey? key)
    {
        key = null;
        try
        {
            var outer = new DerReader(der);
            DerReader enveloped = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            CheckCipher(enveloped.ReadSequence());
            ReadOnlySpan<byte> encryptedSymmetricKey = enveloped.ReadEncoded();
            ReadOnlySpan<byte> point = enveloped.ReadBitString();
            ReadOnlySpan<byte> encryptedNumber = enveloped.ReadBitString();
            enveloped.ThrowIfNotEmpty();
            if (
                !Sm2SplitEnvelope.TryOpen(
                    recipient,
                    Sm4Mode.Ecb,
                    encryptedSymmetricKey,
                    encryptedNumber,
                    out PrivateKey? opened
                )
            )
            {
                return false;
            }

            if (!Sm2PrivateKey.Of(opened).HasPoint(point))
            {
                opened.Dispose();
                return false;
            }

            key = opened;
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>Wraps a key as a CA does.</summary>
    public static byte[] Wrap(PrivateKey key, PublicKey recipient)
    {
        var (encryptedSymmetricKey, encryptedNumber) = Sm2SplitEnvelope.Wrap(key, recipient, Sm4Mode.Ecb);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(ObjectIdentifiers.Sm4Ecb);
                writer.WriteNull();
            }

            writer.WriteEncodedValue(encryptedSymmetricKey);
            writer.WriteBitString(SubjectPublicKeyInfoDer.Read(key.PublicKey.SubjectPublicKeyInfo.Span).Key);
            writer.WriteBitString(encryptedNumber);
        }

        return writer.Encode();
    }

    private static void CheckCipher(DerReader identifier)
    {
        if (identifier.ReadObjectIdentifier() is not (ObjectIdentifiers.Sm4 or ObjectIdentifiers.Sm4Ecb))
        {
            throw new AsnContentException("The cipher is not SM4 in ECB mode.");
        }

        if (!identifier.IsEmpty)
        {
            identifier.ReadNull();
        }

        identifier.ThrowIfNotEmpty();
    }
}
