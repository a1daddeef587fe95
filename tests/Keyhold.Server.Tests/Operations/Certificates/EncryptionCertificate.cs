using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using PublicKey = Keyhold.Crypto.Keys.PublicKey;

namespace Keyhold.Server.Tests.Operations.Certificates;

/// <summary>An encryption certificate with the key that its CA made, and the ways in which the CA wraps that key.</summary>
internal sealed class EncryptionCertificate : IDisposable
{
    private const X509KeyUsageFlags Encrypting =
        X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DataEncipherment | X509KeyUsageFlags.KeyAgreement;

    private EncryptionCertificate(PrivateKey key, Certificate certificate)
    {
        Key = key;
        Certificate = certificate;
    }

    public PrivateKey Key { get; }

    public Certificate Certificate { get; }

    public static EncryptionCertificate IssuedBy(TestAuthority issuer, Action<CertificateTemplate>? change = null) =>
        For(PrivateKey.Generate(KeySpec.EcSm2), issuer, change);

    /// <summary>A further certificate for the same key.</summary>
    public EncryptionCertificate RenewedBy(TestAuthority issuer) =>
        For(PrivateKey.FromPkcs8(Key.ExportPkcs8()), issuer, change: null);

    public static EncryptionCertificate For(PrivateKey key, TestAuthority issuer, Action<CertificateTemplate>? change)
    {
        var request = SigningRequest.Create(key, DistinguishedName.Parse("CN=orders encryption,O=Example,C=CN"), []);
        return new EncryptionCertificate(
            key,
            issuer.Issue(
                request,
                change: template =>
                {
                    template.KeyUsage = Encrypting;
                    change?.Invoke(template);
                }
            )
        );
    }

    /// <summary>The key, wrapped for the key of a signing certificate, as an SM2EnvelopedKey.</summary>
    public string EnvelopedFor(Certificate signing) =>
        Convert.ToBase64String(Sm2EnvelopedKey.Wrap(Key, KeyOf(signing)));

    /// <summary>The same in two parts.</summary>
    public (string SymmetricKey, string PrivateKey) SplitFor(Certificate signing, Sm4Mode mode = Sm4Mode.Ecb)
    {
        var (symmetricKey, privateKey) = Sm2SplitEnvelope.Wrap(Key, KeyOf(signing), mode);
        return (Convert.ToBase64String(symmetricKey), Convert.ToBase64String(privateKey));
    }

    public void Dispose() => Key.Dispose();

    private static PublicKey KeyOf(Certificate certificate) =>
        PublicKey.FromSubjectPublicKeyInfo(certificate.SubjectPublicKeyInfo.Span);
}
