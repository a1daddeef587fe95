using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Keys;

/// <summary>SM2 ciphertexts from one form into the other.</summary>
internal static class Sm2Ciphertexts
{
    /// <summary>04 || x || y || C3 || C2 of a ciphertext in DER.</summary>
    internal static byte[] JoinedOf(byte[] der)
    {
        DerReader ciphertext = new DerReader(der).ReadSequence();
        byte[] joined = new byte[65];
        joined[0] = 0x04;
        ReadOnlySpan<byte> x = ciphertext.ReadUnsigned();
        x.CopyTo(joined.AsSpan(33 - x.Length));
        ReadOnlySpan<byte> y = ciphertext.ReadUnsigned();
        y.CopyTo(joined.AsSpan(65 - y.Length));
        return [.. joined, .. ciphertext.ReadOctetString(), .. ciphertext.ReadOctetString()];
    }
}
