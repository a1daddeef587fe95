using System.Formats.Asn1;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// SM2 public key encryption (GB/T 32918.4) with the ciphertext of GM/T 0009 section 7.2:
/// <code>
/// SEQUENCE { INTEGER x, INTEGER y, OCTET STRING C3 (32 bytes, SM3), OCTET STRING C2 }
/// </code>
/// BouncyCastle's own form is C1 = 04 || x || y, then C3, then C2.
/// </summary>
internal static class Sm2Encryption
{
    private const int HashEnd = Sm2Curve.PointSize + Sm3.SizeInBytes;

    internal static byte[] Encrypt(ECPublicKeyParameters key, ReadOnlySpan<byte> plaintext)
    {
        var engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
        engine.Init(forEncryption: true, new ParametersWithRandom(key, SystemRandom.Create()));
        return ToDer(engine.ProcessBlock(plaintext));
    }

    internal static bool TryDecrypt(ECPrivateKeyParameters key, ReadOnlySpan<byte> ciphertext, out byte[] plaintext)
    {
        plaintext = [];
        return TryReadDer(ciphertext, out byte[] joined) && TryDecryptWhole(key, joined, out plaintext);
    }

    /// <summary>Decrypts C1 || C3 || C2, with or without the 04 that C1 begins with.</summary>
    internal static bool TryDecryptJoined(
        ECPrivateKeyParameters key,
        ReadOnlySpan<byte> ciphertext,
        out byte[] plaintext
    )
    {
        // Without the 04 first: an x that happens to begin with 04 must not be taken for it.
        plaintext = [];
        return ciphertext.Length >= HashEnd
            && (
                TryDecryptWhole(key, [0x04, .. ciphertext], out plaintext)
                || (
                    ciphertext[0] == 0x04
                    && ciphertext.Length > HashEnd
                    && TryDecryptWhole(key, ciphertext.ToArray(), out plaintext)
                )
            );
    }

    private static bool TryDecryptWhole(ECPrivateKeyParameters key, byte[] joined, out byte[] plaintext)
    {
        plaintext = [];
        try
        {
            var engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
            engine.Init(forEncryption: false, key);
            plaintext = engine.ProcessBlock(joined);
            return true;
        }
        catch (Exception exception) when (exception is CryptoException or ArgumentException)
        {
            return false;
        }
    }

    private static byte[] ToDer(ReadOnlySpan<byte> joined)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, joined.Length + 32);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(WithoutLeadingZeros(joined.Slice(1, Sm2Curve.NumberSize)));
            writer.WriteIntegerUnsigned(
                WithoutLeadingZeros(joined.Slice(1 + Sm2Curve.NumberSize, Sm2Curve.NumberSize))
            );
            writer.WriteOctetString(joined[Sm2Curve.PointSize..HashEnd]);
            writer.WriteOctetString(joined[HashEnd..]);
        }

        return writer.Encode();
    }

    private static bool TryReadDer(ReadOnlySpan<byte> der, out byte[] joined)
    {
        joined = [];
        try
        {
            var outer = new DerReader(der);
            DerReader ciphertext = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            ReadOnlySpan<byte> x = ciphertext.ReadUnsigned();
            ReadOnlySpan<byte> y = ciphertext.ReadUnsigned();
            ReadOnlySpan<byte> hash = ciphertext.ReadOctetString();
            ReadOnlySpan<byte> encrypted = ciphertext.ReadOctetString();
            ciphertext.ThrowIfNotEmpty();
            if (
                x.Length > Sm2Curve.NumberSize
                || y.Length > Sm2Curve.NumberSize
                || hash.Length != Sm3.SizeInBytes
                || encrypted.IsEmpty
            )
            {
                return false;
            }

            joined = new byte[HashEnd + encrypted.Length];
            joined[0] = 0x04;
            x.CopyTo(joined.AsSpan(1 + Sm2Curve.NumberSize - x.Length));
            y.CopyTo(joined.AsSpan(Sm2Curve.PointSize - y.Length));
            hash.CopyTo(joined.AsSpan(Sm2Curve.PointSize));
            encrypted.CopyTo(joined.AsSpan(HashEnd));
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> WithoutLeadingZeros(ReadOnlySpan<byte> number) =>
        number[Math.Max(0, number.IndexOfAnyExcept((byte)0))..];
}
