using System.Collections.Concurrent;
using Keyhold.Crypto.Algorithms;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// SM2 keys of CAs, set up once and kept: reading the point, hashing the identity and preparing its multiples cost as
/// much as the verification itself, and the same few CAs come again and again. Threads may share it.
/// </summary>
internal sealed class Sm2IssuerKeys
{
    /// <summary>Far more CAs than one server sees; at some 20 KB each, a limit to what strangers can make it keep.</summary>
    private const int MaximumKeys = 64;

    private readonly ConcurrentDictionary<string, PublicKey> keys = new(StringComparer.Ordinal);

    /// <summary>True for a good signature by SM2 with SM3; anything else is for the general road to judge and to name.</summary>
    public bool TryVerify(Certificate certificate, Certificate issuer)
    {
        if (issuer.Key is not { Kind: CertificateKey.KeyKind.Sm2, IsWellFormed: true } known)
        {
            return false;
        }
        if (
            !X509SignatureAlgorithm.TryRead(certificate.SignatureAlgorithm.Span, out var algorithm, out _)
            || algorithm.Family != X509SignatureFamily.Sm2
        )
        {
            return false;
        }
        try
        {
            if (!keys.TryGetValue(known.Identity, out var key))
            {
                key = PublicKey.FromSubjectPublicKeyInfo(issuer.SubjectPublicKeyInfo.Span);
                Keep(known.Identity, key);
            }
            return key.Verify(
                SigningAlgorithm.Sm2Dsa,
                MessageType.Raw,
                certificate.ToBeSigned.Span,
                certificate.Signature.Span
            );
        }
        catch (KeyFormatException)
        {
            return false;
        }
    }

    /// <summary>Forgetting all at once is rare, and costs those who come again no more than the first time.</summary>
    private void Keep(string identity, PublicKey key)
    {
        if (keys.Count >= MaximumKeys)
        {
            keys.Clear();
        }
        keys[identity] = key;
    }
}
