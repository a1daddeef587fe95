using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Keys;
using PublicKey = Keyhold.Crypto.Keys.PublicKey;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// A small certification authority for the demonstration and for tests. Not for production: it keeps its key in memory,
/// records nothing and signs whatever it is given.
/// </summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromDays(365);

    private readonly PrivateKey key;
    private readonly TestAuthority? parent;
    private readonly TimeProvider time;

    private TestAuthority(PrivateKey key, Certificate certificate, TestAuthority? parent, TimeProvider time)
    {
        this.key = key;
        this.parent = parent;
        this.time = time;
        Certificate = certificate;
    }

    public Certificate Certificate { get; }

    /// <summary>The certificates from this authority up to its root, as PEM for CertificateChain.</summary>
    public string ChainPem => Certificate.Pem + parent?.ChainPem;

    public static TestAuthority CreateRoot(
        KeySpec spec,
        string subject,
        TimeProvider time,
        Action<CertificateTemplate>? change = null
    )
    {
        var rootKey = PrivateKey.Generate(spec);
        var name = DistinguishedName.Parse(subject);
        var template = TemplateFor(
            rootKey.PublicKey,
            name,
            name,
            rootKey.PublicKey.KeyIdentifier,
            time.GetUtcNow(),
            AuthorityLifetime
        );
        MakeAuthority(template);
        change?.Invoke(template);
        return new TestAuthority(rootKey, CertificateWriter.Sign(template, rootKey), null, time);
    }

    public TestAuthority CreateSubordinate(KeySpec spec, string subject, Action<CertificateTemplate>? change = null)
    {
        var subordinate = PrivateKey.Generate(spec);
        var template = TemplateFor(subordinate.PublicKey, DistinguishedName.Parse(subject), AuthorityLifetime);
        MakeAuthority(template);
        change?.Invoke(template);
        return new TestAuthority(subordinate, CertificateWriter.Sign(template, key), this, time);
    }

    /// <summary>Answers a request: its subject and its names, meant for signing and encrypting.</summary>
    public Certificate Issue(
        SigningRequest request,
        TimeSpan? validFor = null,
        Action<CertificateTemplate>? change = null
    )
    {
        var template = TemplateFor(request.PublicKey, request.Subject, validFor ?? UsualLifetime);
        template.IsAuthority = false;
        template.KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment;
        foreach (var name in request.SubjectAlternativeNames)
        {
            template.SubjectAlternativeNames.Add(name);
        }
        change?.Invoke(template);
        return CertificateWriter.Sign(template, key);
    }

    /// <summary>A certificate of this authority for another one's key and name: a cross-sign.</summary>
    public Certificate CrossSign(TestAuthority other, Action<CertificateTemplate>? change = null)
    {
        var template = TemplateFor(other.key.PublicKey, other.Certificate.Subject, AuthorityLifetime);
        MakeAuthority(template);
        change?.Invoke(template);
        return CertificateWriter.Sign(template, key);
    }

    public void Dispose() => key.Dispose();

    private CertificateTemplate TemplateFor(PublicKey certified, DistinguishedName subject, TimeSpan validFor) =>
        TemplateFor(certified, subject, Certificate.Subject, key.PublicKey.KeyIdentifier, time.GetUtcNow(), validFor);

    private static CertificateTemplate TemplateFor(
        PublicKey certified,
        DistinguishedName subject,
        DistinguishedName issuer,
        byte[] issuerKeyIdentifier,
        DateTimeOffset now,
        TimeSpan validFor
    ) =>
        new()
        {
            Subject = subject,
            Issuer = issuer,
            PublicKey = certified.SubjectPublicKeyInfo,
            Serial = RandomSerial(),
            // Like real CAs: a client whose clock is a little behind can use the certificate at once.
            NotBefore = now.AddMinutes(-1),
            NotAfter = now + validFor,
            SubjectKeyIdentifier = certified.KeyIdentifier,
            AuthorityKeyIdentifier = issuerKeyIdentifier,
        };

    private static void MakeAuthority(CertificateTemplate template)
    {
        template.IsAuthority = true;
        template.KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;
    }

    /// <summary>RFC 5280 section 4.1.2.2: positive and at most 20 bytes; the first bit is 0 and the number is not.</summary>
    private static byte[] RandomSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
        return serial;
    }
}
