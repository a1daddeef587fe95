using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Server.Hosting.Tls;

/// <summary>
/// How handshakes are made, from one state of the files: TLS 1.2 and 1.3, forward secrecy and AEAD only (RFC 9325
/// section 4), no renegotiation, no compression.
/// </summary>
internal static class TlsSetup
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly TlsCipherSuite[] StrongSuites =
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    ];

    /// <summary>CryptographicException, ArgumentException or <see cref="TlsFileException"/> when the files do not fit each other.</summary>
    public static SslServerAuthenticationOptions Of(TlsMaterial material, TlsFiles files)
    {
        // Refuses a key that is not the certificate's: the moment between two files that are replaced one by one.
        var certificate = X509Certificate2.CreateFromPem(material.Certificate, material.Key);
        RequireServerUse(certificate, files.Certificate);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(material.Certificate);
        var options = new SslServerAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CipherSuitesPolicy = OperatingSystem.IsLinux() ? new CipherSuitesPolicy(StrongSuites) : null,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowRenegotiation = false,
        };
        SslCertificateTrust? trust = null;
        if (files.ClientAuthorities is { } file)
        {
            var authorities = AuthoritiesOf(material, file);
            trust = SslCertificateTrust.CreateForX509Collection(authorities, sendTrustInHandshake: true);
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = ClientPolicy(authorities);

            // A resumed session would outlive the client's certificate, and its CA's removal from the file.
            options.AllowTlsResume = false;
        }

        options.ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true, trust);
        return options;
    }

    private static X509ChainPolicy ClientPolicy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new(ClientAuthentication));
        return policy;
    }

    private static X509Certificate2Collection AuthoritiesOf(TlsMaterial material, string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(material.ClientAuthorities);
        if (
            !authorities.Any(candidate =>
                candidate.SubjectName.RawData.AsSpan().SequenceEqual(candidate.IssuerName.RawData)
            )
        )
        {
            throw new TlsFileException(
                $"{file} holds no self-signed CA certificate, so that no client certificate could be traced to its end"
            );
        }

        return authorities;
    }

    private static void RequireServerUse(X509Certificate2 certificate, string file)
    {
        var uses = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault();
        if (uses is not null && !uses.EnhancedKeyUsages.Cast<Oid>().Any(use => use.Value is ServerAuthentication))
        {
            throw new TlsFileException($"{file} is not for TLS servers: its extended key usage lacks serverAuth");
        }
    }
}
