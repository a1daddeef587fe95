using System.Net;
using System.Net.Security;
using System.Net.Sockets;
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
    public async Task A_server_that_asks_for_client_certificates_is_reached_with_one_and_only_then()
    {
        await using var cli = new CliUnderTest();
        using var authority = MakeAuthority();
        WriteServerCertificate(cli, authority);
        var trusted = cli.Write("ca.pem", authority.ExportCertificatePem());
        await cli.StartAsync(options =>
            options with
            {
                Listen = ["https://127.0.0.1:0"],
                TlsCertificateFile = cli.PathOf("server.pem"),
                TlsKeyFile = cli.PathOf("server.key"),
                TlsClientAuthorityFile = trusted,
            }
        );
        string[] list = ["cert", "list", "--ca-cert", trusted];
        var (certificate, key) = (cli.PathOf("server.pem"), cli.PathOf("server.key"));
        (await cli.RunAsync([.. list, "--client-cert", certificate, "--client-key", key])).Succeeded();

        (await cli.RunAsync(list)).WasRefused("--client-cert");
        (await cli.RunAsync([.. list, "--client-key", key])).WasBadUsage("--client-cert");
        (await cli.RunAsync([.. list, "--client-cert", certificate])).WasBadUsage("--client-key");
        (await cli.RunAsync([.. list, "--client-cert", "missing.pem"])).WasBadUsage("missing.pem");
    }

    [Theory]
    [InlineData("--tls-client-ca", "ca.pem")]
    [InlineData("--limit-per-key", "-1")]
    [InlineData("--limit-per-source", "many")]
    [InlineData("--max-connections", "0")]
    public async Task Options_of_the_door_that_cannot_be_right_are_refused_by_name(string option, string value)
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("serve", option, value)).WasBadUsage(option);
    }

    [Fact]
    public async Task SIGHUP_takes_a_new_certificate_into_use_and_does_not_end_the_program()
    {
        await using var files = new CliUnderTest();
        using var authority = MakeAuthority();
        WriteServerCertificate(files, authority);
        using var program = new ProgramUnderTest(
            environment: null,
            "serve",
            "--dev",
            "--listen",
            "https://127.0.0.1:0",
            "--tls-cert",
            files.PathOf("server.pem"),
            "--tls-key",
            files.PathOf("server.key")
        );
        var url = new Uri((await program.ReadLineAsync()).Split(' ')[^1]);
        var before = await CertificateOfAsync(url, authority);

        WriteServerCertificate(files, authority);
        program.Signal("HUP");
        while ((await CertificateOfAsync(url, authority)).SequenceEqual(before))
        {
            // Until the signal has arrived.
        }

        program.Signal("TERM");
        Assert.Equal(0, (await program.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Https_to_a_plain_server_and_http_to_a_TLS_server_are_told_apart_from_silence()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var wrong = cli.Endpoint.Replace("http://", "https://", StringComparison.Ordinal);
        (await cli.RunAsync("cert", "list", "--endpoint", wrong)).WasRefused("http://");
    }

    private static async Task<byte[]> CertificateOfAsync(Uri url, X509Certificate2 authority)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        await using var stream = new SslStream(client.GetStream());
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(authority);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = url.Host, CertificateChainPolicy = policy }
        );
        return stream.RemoteCertificate!.GetRawCertData();
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
