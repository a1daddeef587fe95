using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Keyhold.Crypto.Algorithms;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// An EC_SM2 private key with its signers kept ready. BouncyCastle holds the number in an object that cannot be
/// overwritten; disposal lets go of every reference to it, the garbage collector does the rest.
/// </summary>
internal sealed class Sm2PrivateKey : PrivateKey
{
    private readonly byte[] point;
    private ECPrivateKeyParameters? key;
    private Sm2SignerPool? signers;

    private Sm2PrivateKey(BigInteger number, byte[] publicPoint)
        : base(Sm2PublicKey.From(publicPoint))
    {
        point = publicPoint;
        key = new ECPrivateKeyParameters(number, Sm2Curve.Domain);
        signers = new Sm2SignerPool(forSigning: true, key);
    }

    internal static Sm2PrivateKey Generate()
    {
        BigInteger number = Sm2Curve.RandomPrivateNumber();
        return new Sm2PrivateKey(number, Sm2Curve.PublicPointOf(number));
    }

    internal static Sm2PrivateKey From(Pkcs8 info)
    {
        EllipticPrivateKeyDer der = EllipticPrivateKeyDer.Read(info);
        if (!Sm2Curve.TryReadPrivateNumber(der.Number, out BigInteger? number))
        {
            throw KeyFormat.Inconsistent();
        }

        byte[] computed = Sm2Curve.PublicPointOf(number);
        der.CheckPoint(computed);
        return new Sm2PrivateKey(number, computed);
    }

    /// <summary>A private number alone, 32 bytes; false when it is none (GB/T 32918.1 section 6.1).</summary>
    internal static bool TryFromNumber(ReadOnlySpan<byte> number, [NotNullWhen(true)] out Sm2PrivateKey? privateKey)
    {
        privateKey = Sm2Curve.TryReadPrivateNumber(number, out BigInteger? read)
            ? new Sm2PrivateKey(read, Sm2Curve.PublicPointOf(read))
            : null;
        return privateKey is not null;
    }

    /// <summary>The key as what it is, for forms that only SM2 keys have.</summary>
    internal static Sm2PrivateKey Of(PrivateKey any) =>
        any as Sm2PrivateKey
        ?? throw new ArgumentException($"The key is {any.Spec}; expected {KeySpec.EcSm2}.", nameof(any));

    internal bool HasPoint(ReadOnlySpan<byte> expected) => expected.SequenceEqual(point);

    /// <summary>The private number, 32 bytes. The caller clears it.</summary>
    internal void WriteNumber(Span<byte> destination) => Sm2Curve.WriteNumber(Key.D, destination);

    /// <summary>Decrypts DER, or C1 || C3 || C2 with or without the 04 before it: inside envelopes all of them occur.</summary>
    internal bool TryDecryptAnyForm(ReadOnlySpan<byte> ciphertext, out byte[] plaintext) =>
        Sm2Encryption.TryDecrypt(Key, ciphertext, out plaintext)
        || Sm2Encryption.TryDecryptJoined(Key, ciphertext, out plaintext);

    public override byte[] ExportPkcs8()
    {
        Span<byte> number = stackalloc byte[EllipticPrivateKeyDer.NumberSize];
        try
        {
            WriteNumber(number);
            return EllipticPrivateKeyDer.WritePkcs8(ObjectIdentifiers.Sm2Curve, number, point);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(number);
        }
    }

    private ECPrivateKeyParameters Key => key ?? throw new ObjectDisposedException(nameof(PrivateKey));

    private protected override byte[] SignDigest(SigningAlgorithm algorithm, ReadOnlySpan<byte> digest) =>
        (signers ?? throw new ObjectDisposedException(nameof(PrivateKey))).Sign(digest);

    private protected override bool TryDecryptCiphertext(
        EncryptionAlgorithm algorithm,
        ReadOnlySpan<byte> ciphertext,
        out byte[] plaintext
    ) => Sm2Encryption.TryDecrypt(Key, ciphertext, out plaintext);

    private protected override void Dispose(bool disposing)
    {
        key = null;
        signers = null;
    }
}
