using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Cli.Api;

/// <summary>Trust for the server's TLS certificate: the system's store, or only the authorities of a PEM file.</summary>
internal static class TrustedAuthorities
{
    public static SslClientAuthenticationOptions FromSystem() => new();

    public static SslClientAuthenticationOptions FromFile(string path)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UsageException($"--ca-cert {path} cannot be read: {problem.Message} Give a PEM file.");
        }

        if (authorities.Count == 0)
        {
            throw new UsageException(
                $"--ca-cert {path} holds no certificate in PEM. Give the certificate of the CA that issued the server's."
            );
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }
}
