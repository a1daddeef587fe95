using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Server.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Hosting.Tls;

/// <summary>A server with TLS, its files in a folder, certificates of a CA of its own, and the real openssl as client.</summary>
internal sealed class TlsFixture : IAsyncDisposable
{
    // The system judges TLS certificates by its own clock.
    public static readonly DateTimeOffset Yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);
    public static readonly DateTimeOffset Tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-tls-test-");
    private KeyholdServer? server;
    private int serial;

    public X509Certificate2 Authority { get; } = MakeAuthority("Own CA");

    public FakeTimeProvider Time { get; } = new(KeyholdUnderTest.Now);

    public KeyholdServer Server => server!;

    public Uri Url => new(server!.Urls.Single());

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public async Task StartAsync(bool withClientAuthorities = false)
    {
        var options = new ServerOptions
        {
            DataFolder = PathOf("data"),
            Dev = true,
            Listen = ["https://127.0.0.1:0"],
            TlsCertificateFile = PathOf("server.pem"),
            TlsKeyFile = PathOf("server.key"),
            TlsClientAuthorityFile = withClientAuthorities ? PathOf("clients.pem") : null,
        };
        server = await KeyholdServer.StartAsync(options, Time, CancellationToken.None);
    }

    /// <summary>Certificate and key as PEM.</summary>
    public (string Certificate, string Key) Issue(
        string name,
        bool rsa = false,
        string? extendedKeyUsage = null,
        DateTimeOffset? notAfter = null,
        X509Certificate2? issuer = null
    )
    {
        using AsymmetricAlgorithm key = rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsaKey
            ? new CertificateRequest($"CN={name}", rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        if (extendedKeyUsage is not null)
        {
            request.CertificateExtensions.Add(
                new X509EnhancedKeyUsageExtension([new Oid(extendedKeyUsage)], critical: false)
            );
        }

        var signer = issuer ?? Authority;
        using var certificate = request.Create(
            signer.SubjectName,
            X509SignatureGenerator.CreateForECDsa(signer.GetECDsaPrivateKey()!),
            Yesterday.AddDays(-1),
            notAfter ?? Tomorrow.AddHours(-1),
            [1, (byte)++serial]
        );
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void WriteServer((string Certificate, string Key) issued)
    {
        Write("server.pem", issued.Certificate);
        Write("server.key", issued.Key);
    }

    /// <summary>One handshake; what openssl says about it, the failure too.</summary>
    public Task<string> HandshakeAsync(params string[] options) =>
        AskAsync("GET /health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", options);

    /// <summary>A handshake, then another on the same connection (a line with R asks s_client for it), then a request.</summary>
    public Task<string> RenegotiateAsync() =>
        AskAsync("R\nGET /health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", ["-tls1_2"]);

    private async Task<string> AskAsync(string input, string[] options)
    {
        var start = new ProcessStartInfo("openssl")
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])["s_client", "-connect", Url.Authority, .. options])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.StandardInput.WriteAsync(input);
        await process.StandardInput.FlushAsync();

        // The server closes after its answer, and s_client then ends.
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return output + await error;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        Authority.Dispose();
        folder.Delete(recursive: true);
    }

    public static X509Certificate2 MakeAuthority(string name, X509Certificate2? issuer = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        if (issuer is null)
        {
            return request.CreateSelfSigned(Yesterday.AddDays(-2), Tomorrow);
        }

        using var issued = request.Create(issuer, Yesterday.AddDays(-2), Tomorrow, [2, 1]);
        return issued.CopyWithPrivateKey(key);
    }
}
