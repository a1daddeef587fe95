using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Keys;

/// <summary>RSAPublicKey (RFC 8017 appendix A.1.1): modulus and exponent as they stand, judged by the caller.</summary>
internal readonly ref struct RsaPublicKeyDer
{
    private RsaPublicKeyDer(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        Modulus = modulus;
        Exponent = exponent;
    }

    internal ReadOnlySpan<byte> Modulus { get; }

    internal ReadOnlySpan<byte> Exponent { get; }

    internal int Bits => Modulus[0] == 0 ? 0 : (Modulus.Length * 8) - LeadingZeroBits(Modulus[0]);

    internal bool HasOddModulus => (Modulus[^1] & 1) == 1;

    /// <summary>Odd, at least 3, at most 256 bits (FIPS 186-5 section A.1.1 draws the same upper line).</summary>
    internal bool HasUsableExponent =>
        Exponent.Length <= 32 && (Exponent[^1] & 1) == 1 && (Exponent.Length > 1 || Exponent[0] >= 3);

    /// <exception cref="AsnContentException">It is not an RSAPublicKey.</exception>
    internal static RsaPublicKeyDer Read(ReadOnlySpan<byte> der)
    {
        var outer = new DerReader(der);
        DerReader key = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        RsaPublicKeyDer read = Read(ref key);
        key.ThrowIfNotEmpty();
        return read;
    }

    /// <summary>The two numbers where the reader stands: a private key begins with them too.</summary>
    internal static RsaPublicKeyDer Read(scoped ref DerReader numbers)
    {
        ReadOnlySpan<byte> modulus = numbers.ReadUnsigned();
        ReadOnlySpan<byte> exponent = numbers.ReadUnsigned();
        return new RsaPublicKeyDer(modulus, exponent);
    }

    internal RSAParameters ToParameters() => new() { Modulus = Modulus.ToArray(), Exponent = Exponent.ToArray() };

    internal static byte[] WriteSubjectPublicKeyInfo(RSAParameters key)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, key.Modulus!.Length + 64);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(key.Modulus);
            writer.WriteIntegerUnsigned(key.Exponent);
        }

        return SubjectPublicKeyInfoDer.Write(ObjectIdentifiers.RsaEncryption, curve: null, writer.Encode());
    }

    private static int LeadingZeroBits(byte value) => int.LeadingZeroCount(value) - 24;
}
