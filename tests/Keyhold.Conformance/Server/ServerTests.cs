using System.Net;
using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance.Server;

/// <summary>The server as an operator meets it: start, health, stop, start again.</summary>
public sealed class ServerTests(ConformanceFixture conformance) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keyhold-conformance-server-");

    private string Data => Path.Combine(_folder.FullName, "data");

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_answers_200(string path)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(conformance.Server.Url + path));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task SIGTERM_ends_with_0_and_everything_is_there_after_the_next_start()
    {
        var authority = await conformance.AuthorityAsync(Specs.Sm2);
        string certificateId;
        byte[] signature;
        string leaf;
        await using (var server = await KeyholdServer.StartAsync(Data))
        {
            var certificate = await HostedCertificate.CreateAsync(ApiOf(server), Specs.Sm2);
            certificateId = certificate.CertificateId;
            leaf = await authority.IssueAsync(certificate.Csr);
            await certificate.UploadAsync(leaf, authority.Chain);
            signature = await certificate.SignAsync("SM2DSA", [1, 2, 3]);
            Assert.Equal(0, await server.TerminateAsync());
        }
        await using (var server = await KeyholdServer.StartAsync(Data))
        {
            var certificate = new HostedCertificate(ApiOf(server), certificateId, Specs.Sm2, "");
            Assert.Equal(leaf, (await certificate.GetAsync()).Text("Certificate"));
            Assert.True(await certificate.VerifiesAsync("SM2DSA", [1, 2, 3], signature));
            Assert.NotEmpty(await certificate.SignAsync("SM2DSA", [1, 2, 3]));
        }
    }

    [Fact]
    public async Task The_data_folder_gives_away_no_secret()
    {
        await using (var server = await KeyholdServer.StartAsync(Data))
        {
            await HostedCertificate.CreateAsync(ApiOf(server), Specs.P256);
            await server.TerminateAsync();
        }
        var secret = System.Text.Encoding.UTF8.GetBytes(KeyholdServer.AccessKeySecret);
        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories))
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(secret));
        const UnixFileMode ForOthers =
            UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(Data, "root.key")) & ForOthers);
    }

    [Fact]
    public async Task Region_and_account_appear_in_the_ARN()
    {
        await using var server = await KeyholdServer.StartAsync(Data, "--region", "cn-beijing", "--account", "42");
        var created = await ApiOf(server)
            .CallAsync(
                "CreateCertificate",
                ("KeySpec", Specs.P256),
                ("Subject", HostedCertificate.SubjectOf("elsewhere"))
            );
        Assert.StartsWith("acs:kms:cn-beijing:42:certificate/", created.Text("Arn"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_dev_an_unprepared_data_folder_is_refused()
    {
        var outcome = await KeyholdProgram.RunAsync(["serve", "--data", Data, "--listen", "http://127.0.0.1:0"]);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("init", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_HTTP_beyond_loopback_is_refused_without_dev()
    {
        var rootKey = Path.Combine(_folder.FullName, "root.key");
        var init = await KeyholdProgram.RunAsync(["init", "--data", Data, "--root-key", $"file:{rootKey}"]);
        Assert.True(init.ExitCode == 0, init.Errors + init.Output);
        var outcome = await KeyholdProgram.RunAsync([
            "serve",
            "--data",
            Data,
            "--root-key",
            $"file:{rootKey}",
            "--listen",
            "http://0.0.0.0:0",
        ]);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("--insecure-http", outcome.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Api ApiOf(KeyholdServer server) => new(conformance.Node, server.Host);
}
