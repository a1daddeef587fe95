using System.Text;
using Keyhold.Crypto.Keys;
using Org.BouncyCastle.Crypto.Digests;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// What SM2 signs instead of the bare message (GB/T 32918.2 sections 5.5 and 6.1): e = SM3(Z || M), where
/// Z = SM3(bits of id as 2 bytes || id || a || b || xG || yG || xA || yA) and id is 1234567812345678 (GM/T 0009 section 10).
/// </summary>
internal static class Sm2UserHash
{
    private static ReadOnlySpan<byte> DefaultUserId => "1234567812345678"u8;

    internal static byte[] Of(ReadOnlySpan<byte> publicPoint) => Of(publicPoint, DefaultUserId);

    internal static byte[] Of(ReadOnlySpan<byte> publicPoint, string userId) =>
        Of(publicPoint, Encoding.UTF8.GetBytes(userId));

    internal static void DigestMessage(ReadOnlySpan<byte> userHash, ReadOnlySpan<byte> message, Span<byte> digest)
    {
        var sm3 = new SM3Digest();
        sm3.BlockUpdate(userHash);
        sm3.BlockUpdate(message);
        sm3.DoFinal(digest);
    }

    private static byte[] Of(ReadOnlySpan<byte> publicPoint, ReadOnlySpan<byte> userId)
    {
        var domain = Sm2Curve.Domain;
        int bits = userId.Length * 8;
        var sm3 = new SM3Digest();
        sm3.Update((byte)(bits >> 8));
        sm3.Update((byte)bits);
        sm3.BlockUpdate(userId);
        sm3.BlockUpdate(domain.Curve.A.GetEncoded());
        sm3.BlockUpdate(domain.Curve.B.GetEncoded());
        sm3.BlockUpdate(domain.G.GetEncoded(compressed: false).AsSpan(1));
        sm3.BlockUpdate(publicPoint[1..]);
        byte[] hash = new byte[Sm3.SizeInBytes];
        sm3.DoFinal(hash);
        return hash;
    }
}
