using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Algorithms;

/// <summary>ECDSA (FIPS 186-5) on P-256, P-384 and P-521: points in and out, strict DER signatures.</summary>
internal static class Ecdsa
{
    private const int LargestNumberSize = 66;

    /// <summary>Takes an uncompressed point; false when the curve is another, or the point not on it.</summary>
    internal static bool TryImport(string curve, ReadOnlySpan<byte> point, [NotNullWhen(true)] out ECDsa? key)
    {
        key = null;
        if (!TryCurve(curve, out ECCurve named, out int size) || point.Length != 1 + (2 * size) || point[0] != 0x04)
        {
            return false;
        }

        ECPoint q = new() { X = point.Slice(1, size).ToArray(), Y = point[(1 + size)..].ToArray() };
        try
        {
            key = ECDsa.Create(new ECParameters { Curve = named, Q = q });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    internal static bool IsKnownCurve(string curve) => TryCurve(curve, out _, out _);

    /// <summary>The uncompressed public point.</summary>
    internal static byte[] PointOf(ECDsa key) => PointOf(key.ExportParameters(includePrivateParameters: false).Q);

    internal static byte[] PointOf(ECPoint point) => [0x04, .. point.X!, .. point.Y!];

    internal static bool VerifyDigest(ECDsa key, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signatureDer)
    {
        int size = (key.KeySize + 7) / 8;
        Span<byte> signature = stackalloc byte[2 * LargestNumberSize];
        signature = signature[..(2 * size)];
        return EllipticSignature.TryReadDer(signatureDer, signature)
            && key.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static bool TryCurve(string curve, out ECCurve named, out int size)
    {
        (named, size) = curve switch
        {
            ObjectIdentifiers.P256 => (ECCurve.NamedCurves.nistP256, 32),
            ObjectIdentifiers.P384 => (ECCurve.NamedCurves.nistP384, 48),
            ObjectIdentifiers.P521 => (ECCurve.NamedCurves.nistP521, LargestNumberSize),
            _ => (default, 0),
        };
        return size != 0;
    }
}
