using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Server.Tests.Cli;

public class TlsTests
{
    // The system judges TLS certificates by its own clock.
    private static readonly DateTimeOffset Yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);
    private static readonly DateTimeOffset Tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);

    [Fact]
    public async Task A_server_certificate_of_an_own_CA_is_trusted_with_ca_cert_and_only_then()
    {
        await using var cli = new CliUnderTest();
        using var authority = MakeAuthority();
        WriteServerCertificate(cli, authority);
        await cli.StartAsync(options =>
            options with
            {
                Listen = ["https://127.0.0.1:0"],
                TlsCertificateFile = cli.PathOf("server.pem"),
                TlsKeyFile = cli.PathOf("server.key"),
            }
        );
        (await cli.RunAsync("cert", "list")).WasRefused("No trusted TLS connection", "--ca-cert");

        var trusted = cli.Write("ca.pem", authority.ExportCertificatePem());
        (await cli.RunAsync("cert", "list", "--ca-cert", trusted)).Succeeded();

        using var other = MakeAuthority();
        var wrong = cli.Write("other.pem", other.ExportCertificatePem());
        (await cli.RunAsync("cert", "list", "--ca-cert", wrong)).WasRefused("No trusted TLS connection");
        (await cli.RunAsync("cert", "list", "--ca-cert", cli.Write("empty.pem", ""))).WasBadUsage("no certificate");
    }

    [Fact]
    public async Task Https_to_a_plain_server_and_http_to_a_TLS_server_are_told_apart_from_silence()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var wrong = cli.Endpoint.Replace("http://", "https://", StringComparison.Ordinal);
        (await cli.RunAsync("cert", "list", "--endpoint", wrong)).WasRefused("http://");
    }

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Own CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Yesterday, Tomorrow);
    }

    private static void WriteServerCertificate(CliUnderTest cli, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, Yesterday, Tomorrow, [1, 2, 3, 4]);
        cli.Write("server.pem", certificate.ExportCertificatePem());
        cli.Write("server.key", key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(cli.PathOf("server.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
