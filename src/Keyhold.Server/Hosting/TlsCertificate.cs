using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Server.Hosting;

/// <summary>The server's own TLS certificate with its chain, from PEM files.</summary>
internal sealed record TlsCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain)
{
    public static TlsCertificate Load(string certificateFile, string? keyFile)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile ?? certificateFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            return new TlsCertificate(certificate, chain);
        }
        catch (Exception unreadable)
            when (unreadable
                    is IOException
                        or UnauthorizedAccessException
                        or CryptographicException
                        or ArgumentException
            )
        {
            throw StartException.Usage(
                $"The TLS certificate {certificateFile} cannot be used: {unreadable.Message}",
                "Give --tls-cert a PEM file with the certificate (and its chain) and --tls-key the PEM file of its unencrypted private key.",
                unreadable
            );
        }
    }
}
