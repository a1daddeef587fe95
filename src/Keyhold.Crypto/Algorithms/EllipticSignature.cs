using System.Formats.Asn1;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// The two forms of an ECDSA or SM2 signature: DER SEQUENCE { INTEGER r, INTEGER s } (RFC 3279 section 2.2.3,
/// GM/T 0009 section 7.3) and r || s with a fixed size each, which the libraries take.
/// </summary>
internal static class EllipticSignature
{
    internal static byte[] ToDer(ReadOnlySpan<byte> fixedForm)
    {
        int size = fixedForm.Length / 2;
        var writer = new AsnWriter(AsnEncodingRules.DER, fixedForm.Length + 16);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(WithoutLeadingZeros(fixedForm[..size]));
            writer.WriteIntegerUnsigned(WithoutLeadingZeros(fixedForm[size..]));
        }

        return writer.Encode();
    }

    /// <summary>Strict: one encoding only, nothing after it. Whether r and s are in range is left to the library.</summary>
    internal static bool TryReadDer(ReadOnlySpan<byte> der, Span<byte> fixedForm)
    {
        try
        {
            int size = fixedForm.Length / 2;
            var outer = new DerReader(der);
            DerReader signature = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            ReadOnlySpan<byte> r = signature.ReadUnsigned();
            ReadOnlySpan<byte> s = signature.ReadUnsigned();
            signature.ThrowIfNotEmpty();
            if (r.Length > size || s.Length > size)
            {
                return false;
            }

            fixedForm.Clear();
            r.CopyTo(fixedForm[(size - r.Length)..]);
            s.CopyTo(fixedForm[^s.Length..]);
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> WithoutLeadingZeros(ReadOnlySpan<byte> number)
    {
        int start = number.IndexOfAnyExcept((byte)0);
        return start < 0 ? number[^1..] : number[start..];
    }
}
