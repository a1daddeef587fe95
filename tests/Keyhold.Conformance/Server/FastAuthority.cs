using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Conformance.Server;

/// <summary>A P-256 root inside the test process: starting a program for each certificate would be no load at all.</summary>
internal sealed class FastAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public FastAuthority()
    {
        var request = new CertificateRequest("C=CN, O=Conformance, CN=Fast Root", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        _certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(100));
        Pem = _certificate.ExportCertificatePem() + "\n";
    }

    public string Pem { get; }

    public string Issue(string csr)
    {
        var request = CertificateRequest.LoadSigningRequestPem(csr, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var leaf = request.Create(
            _certificate,
            now.AddMinutes(-5),
            now.AddDays(30),
            RandomNumberGenerator.GetBytes(12)
        );
        return leaf.ExportCertificatePem() + "\n";
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
