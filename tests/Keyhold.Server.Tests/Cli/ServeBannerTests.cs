using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keyhold.Cli;
using Keyhold.Cli.Commands;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;

namespace Keyhold.Server.Tests.Cli;

public class ServeBannerTests
{
    private const string ExportHint = "# Export KEYHOLD_ACCESS_KEY_ID and KEYHOLD_ACCESS_KEY_SECRET there as well.";

    [Fact]
    public async Task A_key_of_the_environment_is_to_be_exported_in_the_other_terminal_too()
    {
        await using var cli = new CliUnderTest();
        var banner = await BannerAsync(cli, options => options);
        Assert.Contains(ExportHint, banner, StringComparison.Ordinal);
        Assert.DoesNotContain(CliUnderTest.Secret, banner, StringComparison.Ordinal);
        Assert.DoesNotContain("--ca-cert", banner, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_made_now_comes_with_its_own_export_commands()
    {
        await using var cli = new CliUnderTest();
        var banner = await BannerAsync(cli, options => options with { InitialAccessKey = null });
        Assert.DoesNotContain(ExportHint, banner, StringComparison.Ordinal);
        Assert.Contains("export KEYHOLD_ACCESS_KEY_SECRET=", banner, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_is_made_with_the_same_folder_root_key_and_account()
    {
        await using var cli = new CliUnderTest();
        var rootKey = cli.PathOf("root key");
        ServerOptions Chosen(ServerOptions options) =>
            options with
            {
                RootKey = new RootKeyPlace.File(rootKey),
                AccountId = "42",
            };
        await BannerAsync(cli, Chosen);
        var banner = await BannerAsync(cli, options => Chosen(options) with { InitialAccessKey = null });
        Assert.Contains(
            $"access-key create --data {cli.DataFolder} --root-key 'file:{rootKey}' --account 42\n",
            banner,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task With_TLS_the_commands_trust_the_servers_certificate_and_work()
    {
        await using var cli = new CliUnderTest();
        var file = WriteSelfSigned(cli);
        ServerOptions WithTls(ServerOptions options) =>
            options with
            {
                Listen = ["https://127.0.0.1:0"],
                TlsCertificateFile = file,
                TlsKeyFile = cli.PathOf("server.key"),
            };
        var banner = await BannerAsync(cli, WithTls);
        Assert.Equal(3, banner.Split($"--ca-cert {file}").Length - 1);

        await cli.StartAsync(WithTls);
        (await cli.RunAsync("cert", "list", "--ca-cert", file)).Succeeded();
    }

    private static async Task<string> BannerAsync(CliUnderTest cli, Func<ServerOptions, ServerOptions> change)
    {
        var options = change(
            new ServerOptions
            {
                DataFolder = cli.DataFolder,
                Listen = ["http://127.0.0.1:0"],
                Dev = true,
                InitialAccessKey = new InitialAccessKey(CliUnderTest.AccessKeyId, CliUnderTest.Secret),
            }
        );
        using var error = new MemoryStream();
        using (var terminal = new Terminal(Stream.Null, Stream.Null, error, _ => null, cli.Time))
        {
            await using var server = await KeyholdServer.StartAsync(options, cli.Time, CancellationToken.None);
            ServeBanner.Write(terminal, options, server);
        }

        return Encoding.UTF8.GetString(error.ToArray());
    }

    private static string WriteSelfSigned(CliUnderTest cli)
    {
        // The system judges TLS certificates by its own clock.
        var now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        cli.Write("server.key", key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(cli.PathOf("server.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return cli.Write("server.pem", certificate.ExportCertificatePem());
    }
}
