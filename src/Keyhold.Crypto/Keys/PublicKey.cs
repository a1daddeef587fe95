using System.Security.Cryptography;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// A public key of one of the three specs, parsed once and ready for use from many threads at once.
/// </summary>
public abstract class PublicKey
{
    private protected PublicKey(KeySpec spec, byte[] subjectPublicKeyInfo)
    {
        Spec = spec;
        SubjectPublicKeyInfo = subjectPublicKeyInfo;
    }

    public KeySpec Spec { get; }

    /// <summary>SubjectPublicKeyInfo (RFC 5280 section 4.1) in the one canonical form: equal keys, equal bytes.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>PEM with the label PUBLIC KEY, LF, 64 columns.</summary>
    public string Pem => PemEncoding.WriteString("PUBLIC KEY", SubjectPublicKeyInfo.Span) + "\n";

    /// <summary>SHA-1 of the key's bits (RFC 5280 section 4.2.1.2, method 1): 20 bytes.</summary>
    public byte[] KeyIdentifier => SHA1.HashData(SubjectPublicKeyInfoDer.Read(SubjectPublicKeyInfo.Span).Key);

    /// <summary>Reads a key of one of the three specs; <see cref="KeyFormatException"/> for anything else.</summary>
    public static PublicKey FromSubjectPublicKeyInfo(ReadOnlySpan<byte> der)
    {
        SubjectPublicKeyInfoDer info = SubjectPublicKeyInfoDer.Read(der);
        return info.Algorithm switch
        {
            ObjectIdentifiers.RsaEncryption => RsaPublicKey.From(info),
            ObjectIdentifiers.EcPublicKey when info.Curve is ObjectIdentifiers.P256 => EcP256PublicKey.From(info.Key),
            ObjectIdentifiers.EcPublicKey when info.Curve is ObjectIdentifiers.Sm2Curve => Sm2PublicKey.From(info.Key),
            _ => throw KeyFormat.OtherKind(info.Algorithm, info.Curve),
        };
    }

    /// <summary>Whether the signature is good. A malformed signature, or a digest of the wrong size, is not.</summary>
    public bool Verify(
        SigningAlgorithm algorithm,
        MessageType type,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> signature
    )
    {
        CheckFits(algorithm);
        using var measured = KeyWork.Begin(KeyWork.Verify, Spec);
        Span<byte> digest = stackalloc byte[SigningAlgorithm.DigestSizeOfAll];
        return TryDigest(type, message, digest) && VerifyDigest(algorithm, digest, signature);
    }

    /// <summary>Encrypts. A plaintext beyond the algorithm's limits is an ArgumentException.</summary>
    public byte[] Encrypt(EncryptionAlgorithm algorithm, ReadOnlySpan<byte> plaintext)
    {
        CheckFits(algorithm);
        if (plaintext.Length < algorithm.MinimumPlaintext || plaintext.Length > algorithm.MaximumPlaintext)
        {
            throw new ArgumentException(
                $"The plaintext has {plaintext.Length} bytes, "
                    + $"{algorithm} takes {algorithm.MinimumPlaintext} to {algorithm.MaximumPlaintext}.",
                nameof(plaintext)
            );
        }

        using var measured = KeyWork.Begin(KeyWork.Encrypt, Spec);
        return EncryptPlaintext(algorithm, plaintext);
    }

    internal void CheckFits(SigningAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (algorithm.KeySpec != Spec)
        {
            throw new ArgumentException($"{algorithm} does not work with a key of spec {Spec}.", nameof(algorithm));
        }
    }

    internal void CheckFits(EncryptionAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (algorithm.KeySpec != Spec)
        {
            throw new ArgumentException($"{algorithm} does not work with a key of spec {Spec}.", nameof(algorithm));
        }
    }

    internal bool TryDigest(MessageType type, ReadOnlySpan<byte> message, Span<byte> digest)
    {
        if (type == MessageType.Raw)
        {
            DigestMessage(message, digest);
            return true;
        }

        return message.Length == digest.Length && message.TryCopyTo(digest);
    }

    /// <summary>The digest that is signed for a raw message.</summary>
    private protected abstract void DigestMessage(ReadOnlySpan<byte> message, Span<byte> digest);

    private protected abstract bool VerifyDigest(
        SigningAlgorithm algorithm,
        ReadOnlySpan<byte> digest,
        ReadOnlySpan<byte> signature
    );

    private protected abstract byte[] EncryptPlaintext(EncryptionAlgorithm algorithm, ReadOnlySpan<byte> plaintext);
}
