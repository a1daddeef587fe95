using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Cli.Api;

/// <summary>The certificate that the program shows to a server that asks for one, with its chain and key from PEM files.</summary>
internal static class ClientCertificate
{
    public static SslStreamCertificateContext FromFiles(string certificateFile, string? keyFile)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile ?? certificateFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception problem)
            when (problem is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new UsageException(
                $"--client-cert {certificateFile} cannot be used: {problem.Message} Give a PEM file with the certificate "
                    + "and its chain, and --client-key with its unencrypted private key."
            );
        }
    }
}
