using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC.Multiplier;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// The curve sm2p256v1 (GB/T 32918.5) and its numbers. The only place that names the curve to BouncyCastle: taken from
/// <see cref="CustomNamedCurves"/> it is ten times faster than from any other table.
/// </summary>
internal static class Sm2Curve
{
    internal const int NumberSize = 32;
    internal const int PointSize = 1 + (2 * NumberSize);

    internal static ECDomainParameters Domain { get; } = new(CustomNamedCurves.GetByName("sm2p256v1"));

    /// <summary>An uncompressed point on the curve, not the one at infinity.</summary>
    internal static bool TryReadPoint(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out ECPoint? point)
    {
        point = null;
        if (encoded.Length != PointSize || encoded[0] != 0x04)
        {
            return false;
        }

        try
        {
            point = Domain.Curve.DecodePoint(encoded);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>A private number is 1 to n-2 (GB/T 32918.1 section 6.1).</summary>
    internal static bool TryReadPrivateNumber(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out BigInteger? number)
    {
        number = new BigInteger(1, encoded);
        if (number.SignValue > 0 && number.CompareTo(Domain.N.Subtract(BigInteger.Two)) <= 0)
        {
            return true;
        }

        number = null;
        return false;
    }

    internal static BigInteger RandomPrivateNumber()
    {
        Span<byte> encoded = stackalloc byte[NumberSize];
        try
        {
            while (true)
            {
                RandomNumberGenerator.Fill(encoded);
                if (TryReadPrivateNumber(encoded, out BigInteger? number))
                {
                    return number;
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }
    }

    internal static byte[] PublicPointOf(BigInteger privateNumber) =>
        new FixedPointCombMultiplier().Multiply(Domain.G, privateNumber).Normalize().GetEncoded(compressed: false);

    /// <summary>Writes a number of at most 256 bits, with leading zeros.</summary>
    internal static void WriteNumber(BigInteger number, Span<byte> destination)
    {
        destination.Clear();
        number.ToByteArrayUnsigned(destination[^number.GetLengthofByteArrayUnsigned()..]);
    }
}
