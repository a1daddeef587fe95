using System.Security.Cryptography;
using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Keys;

/// <summary>An EC_P256 private key. The parsed handle is shared by all threads, which ECDsa permits.</summary>
internal sealed class EcP256PrivateKey : PrivateKey
{
    private readonly ECDsa ecdsa;

    private EcP256PrivateKey(ECDsa ecdsa, byte[] point)
        : base(EcP256PublicKey.OfPrivateKey(point)) => this.ecdsa = ecdsa;

    internal static EcP256PrivateKey Generate()
    {
        ECDsa generated = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new EcP256PrivateKey(generated, Ecdsa.PointOf(generated));
    }

    internal static EcP256PrivateKey From(Pkcs8 info)
    {
        EllipticPrivateKeyDer key = EllipticPrivateKeyDer.Read(info);
        byte[] number = key.Number.ToArray();
        ECDsa? imported = null;
        try
        {
            // Without the point, so that it is computed from the number and can be compared.
            imported = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = number });
            byte[] point = Ecdsa.PointOf(imported);
            key.CheckPoint(point);
            return new EcP256PrivateKey(imported, point);
        }
        catch (CryptographicException)
        {
            imported?.Dispose();
            throw KeyFormat.Inconsistent();
        }
        catch (KeyFormatException)
        {
            imported?.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(number);
        }
    }

    public override byte[] ExportPkcs8()
    {
        ECParameters parameters = ecdsa.ExportParameters(includePrivateParameters: true);
        try
        {
            return EllipticPrivateKeyDer.WritePkcs8(ObjectIdentifiers.P256, parameters.D, Ecdsa.PointOf(parameters.Q));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    private protected override byte[] SignDigest(SigningAlgorithm algorithm, ReadOnlySpan<byte> digest) =>
        ecdsa.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence);

    private protected override bool TryDecryptCiphertext(
        EncryptionAlgorithm algorithm,
        ReadOnlySpan<byte> ciphertext,
        out byte[] plaintext
    ) => throw new NotSupportedException("No encryption algorithm works with a key of spec EC_P256.");

    private protected override void Dispose(bool disposing) => ecdsa.Dispose();
}
