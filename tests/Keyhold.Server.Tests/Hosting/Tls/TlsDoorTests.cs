using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Server.Hosting;
using Keyhold.Server.Hosting.Tls;

namespace Keyhold.Server.Tests.Hosting.Tls;

/// <summary>Certificates that change while the server runs, and certificates of clients.</summary>
public sealed class TlsDoorTests : IAsyncLifetime
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private readonly TlsFixture tls = new();

    public ValueTask InitializeAsync()
    {
        tls.WriteServer(tls.Issue("first"));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => tls.DisposeAsync();

    [Fact]
    public async Task A_new_certificate_is_used_without_a_restart()
    {
        await tls.StartAsync();
        Assert.Equal("CN=first", await SubjectAsync());
        tls.WriteServer(tls.Issue("second", rsa: true));
        tls.Time.Advance(TlsDoor.Period);
        Assert.Equal("CN=second", await SubjectAsync());
    }

    [Fact]
    public async Task A_signal_does_not_wait_for_the_next_look()
    {
        await tls.StartAsync();
        tls.WriteServer(tls.Issue("second"));
        tls.Server.ReloadCertificate();
        Assert.Equal("CN=second", await SubjectAsync());
    }

    [Fact]
    public async Task A_connection_that_is_open_goes_on()
    {
        await tls.StartAsync();
        using var client = new TcpClient();
        await using var stream = await ConnectAsync(client);
        tls.WriteServer(tls.Issue("second"));
        tls.Server.ReloadCertificate();
        await stream.WriteAsync("GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync());
    }

    [Theory]
    [InlineData("server.pem")]
    [InlineData("server.key")]
    public async Task Between_two_files_that_are_replaced_one_by_one_the_old_pair_stays(string firstReplaced)
    {
        await tls.StartAsync();
        var (certificate, key) = tls.Issue("second");
        tls.Write(firstReplaced, firstReplaced is "server.pem" ? certificate : key);
        tls.Time.Advance(TlsDoor.Period);
        Assert.Equal("CN=first", await SubjectAsync());
        tls.WriteServer((certificate, key));
        tls.Time.Advance(TlsDoor.Period);
        Assert.Equal("CN=second", await SubjectAsync());
    }

    [Theory]
    [InlineData("server.pem", "")]
    [InlineData("server.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("server.key", "no key at all")]
    public async Task Broken_files_change_nothing_and_mended_ones_do(string name, string content)
    {
        await tls.StartAsync();
        tls.Write(name, content);
        tls.Time.Advance(TlsDoor.Period);
        Assert.Equal("CN=first", await SubjectAsync());
        tls.WriteServer(tls.Issue("second"));
        tls.Time.Advance(TlsDoor.Period);
        Assert.Equal("CN=second", await SubjectAsync());
    }

    [Fact]
    public async Task Files_that_are_gone_change_nothing()
    {
        await tls.StartAsync();
        File.Delete(tls.PathOf("server.pem"));
        File.Delete(tls.PathOf("server.key"));
        tls.Time.Advance(TlsDoor.Period);
        Assert.Equal("CN=first", await SubjectAsync());
    }

    [Fact]
    public async Task Links_that_are_exchanged_count_as_a_change()
    {
        File.Move(tls.PathOf("server.pem"), tls.PathOf("1.pem"));
        File.CreateSymbolicLink(tls.PathOf("server.pem"), tls.PathOf("1.pem"));
        await tls.StartAsync();
        var (certificate, key) = tls.Issue("second");
        tls.Write("2.pem", certificate);
        File.SetLastWriteTimeUtc(tls.PathOf("2.pem"), File.GetLastWriteTimeUtc(tls.PathOf("1.pem")));
        File.Delete(tls.PathOf("server.pem"));
        File.CreateSymbolicLink(tls.PathOf("server.pem"), tls.PathOf("2.pem"));
        tls.Write("server.key", key);
        tls.Time.Advance(TlsDoor.Period);
        Assert.Equal("CN=second", await SubjectAsync());
    }

    [Fact]
    public async Task The_chain_is_sent_along()
    {
        using var above = TlsFixture.MakeAuthority("Issuing CA", tls.Authority);
        var (certificate, key) = tls.Issue("chained", issuer: above);
        tls.WriteServer(($"{certificate}\n{above.ExportCertificatePem()}", key));
        await tls.StartAsync();
        var told = await tls.HandshakeAsync("-showcerts");
        Assert.Equal(2, told.Split("-----BEGIN CERTIFICATE-----").Length - 1);
    }

    [Fact]
    public async Task A_client_with_a_certificate_of_the_CA_comes_in_and_one_without_does_not()
    {
        await StartMutualAsync();
        Assert.True(await ComesInAsync(tls.Issue("client", extendedKeyUsage: ClientUse)));
        Assert.True(await ComesInAsync(tls.Issue("client")));
        Assert.False(await ComesInAsync(null));
    }

    [Fact]
    public async Task Certificates_of_others_expired_ones_and_those_for_servers_are_refused()
    {
        await StartMutualAsync();
        using var stranger = TlsFixture.MakeAuthority("Own CA");
        Assert.False(await ComesInAsync(tls.Issue("client", issuer: stranger)));
        Assert.False(await ComesInAsync(tls.Issue("client", extendedKeyUsage: ServerUse)));
        Assert.False(await ComesInAsync(tls.Issue("client", notAfter: TlsFixture.Yesterday)));
        Assert.True(await ComesInAsync(tls.Issue("client")));
    }

    [Fact]
    public async Task A_CA_that_is_taken_out_of_the_file_lets_nobody_in_any_more()
    {
        await StartMutualAsync();
        var client = tls.Issue("client");
        Assert.True(await ComesInAsync(client));
        using var other = TlsFixture.MakeAuthority("Other CA");
        tls.Write("clients.pem", other.ExportCertificatePem());
        tls.Time.Advance(TlsDoor.Period);
        Assert.False(await ComesInAsync(client));
        Assert.True(await ComesInAsync(tls.Issue("client", issuer: other)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    public async Task A_file_of_client_CAs_without_any_is_refused_at_the_start(string content)
    {
        tls.Write("clients.pem", content);
        var refused = await Assert.ThrowsAsync<StartException>(() => tls.StartAsync(withClientAuthorities: true));
        Assert.Contains("clients.pem", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--tls-client-ca", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_client_CAs_whose_path_does_not_end_is_refused_at_the_start()
    {
        tls.Write("clients.pem", tls.Issue("an issuing CA").Certificate);
        var refused = await Assert.ThrowsAsync<StartException>(() => tls.StartAsync(withClientAuthorities: true));
        Assert.Contains("self-signed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_for_servers_is_refused_at_the_start()
    {
        tls.WriteServer(tls.Issue("client", extendedKeyUsage: ClientUse));
        var refused = await Assert.ThrowsAsync<StartException>(() => tls.StartAsync());
        Assert.Contains("serverAuth", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_certificate_is_refused_at_the_start()
    {
        tls.Write("server.key", tls.Issue("other").Key);
        var refused = await Assert.ThrowsAsync<StartException>(() => tls.StartAsync());
        Assert.Contains("--tls-key", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.IsUsage);
    }

    private Task StartMutualAsync()
    {
        tls.Write("clients.pem", tls.Authority.ExportCertificatePem());
        return tls.StartAsync(withClientAuthorities: true);
    }

    private async Task<bool> ComesInAsync((string Certificate, string Key)? client)
    {
        string[] shown = [];
        if (client is var (certificate, key))
        {
            tls.Write("client.pem", certificate);
            tls.Write("client.key", key);
            shown = ["-cert", "client.pem", "-key", "client.key"];
        }

        var answers = new HashSet<bool>();
        foreach (var version in (string[])["-tls1_2", "-tls1_3"])
        {
            var told = await tls.HandshakeAsync([version, .. shown]);
            answers.Add(told.Contains("HTTP/1.1 200 OK", StringComparison.Ordinal));
        }

        return answers.Single();
    }

    private async Task<string> SubjectAsync()
    {
        using var client = new TcpClient();
        await using var stream = await ConnectAsync(client);
        using var certificate = new X509Certificate2(stream.RemoteCertificate!);
        return certificate.Subject;
    }

    private async Task<SslStream> ConnectAsync(TcpClient client)
    {
        await client.ConnectAsync(tls.Url.Host, tls.Url.Port);
        var stream = new SslStream(client.GetStream());
        using var authority = X509CertificateLoader.LoadCertificate(tls.Authority.RawData);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust };
        policy.CustomTrustStore.Add(authority);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", CertificateChainPolicy = policy }
        );
        return stream;
    }
}
