using System.Security.Cryptography;

namespace Keyhold.Protocol.Signing;

/// <summary>What a signature is checked with: an access key's secret or a client's RSA public key.</summary>
internal readonly ref struct VerificationKey
{
    public VerificationKey(ReadOnlySpan<byte> secret) => Secret = secret;

    public VerificationKey(RSA publicKey) => PublicKey = publicKey;

    public ReadOnlySpan<byte> Secret { get; }

    public RSA? PublicKey { get; }

    /// <summary>Alibaba's key-pair signatures are RSASSA-PKCS1-v1_5 with SHA-256 in both versions.</summary>
    public static bool RsaFits(RSA publicKey, ReadOnlySpan<byte> stringToSign, ReadOnlySpan<byte> signature) =>
        publicKey.VerifyData(stringToSign, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
