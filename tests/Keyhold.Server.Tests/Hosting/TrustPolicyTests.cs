using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Cli;
using Keyhold.Server.Tests.Operations;

namespace Keyhold.Server.Tests.Hosting;

public class TrustPolicyTests
{
    [Fact]
    public async Task An_upload_under_a_CA_that_is_not_trusted_is_refused_and_one_under_a_trusted_CA_is_not()
    {
        await using var cli = new CliUnderTest();
        using var trusted = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Trusted Root,O=Tests,C=DE", cli.Time);
        var anchors = cli.Write("anchors.pem", trusted.Certificate.Pem);
        await cli.StartAsync(options => options with { TrustAnchors = anchors });
        var id = await cli.CreateAsync("EC_P256");
        using var stranger = cli.Authority("EC_P256");

        var refused = await UploadAsync(cli, id, stranger);
        Assert.True(refused.ExitCode == 1, refused.Output);
        Assert.Contains("InvalidParameter", refused.Error, StringComparison.Ordinal);
        (await UploadAsync(cli, id, trusted)).Succeeded();
    }

    [Fact]
    public async Task CheckCertificate_judges_by_the_profile_and_anchors_of_the_server()
    {
        using var root = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Root,O=Tests,C=DE", TimeProvider.System);
        var options = new JudgementOptions(JudgementProfile.Strict, TrustAnchors.FromPem(root.Certificate.Pem));
        await using var keyhold = await KeyholdUnderTest.StartAsync(options);
        using var scenario = new Scenario(keyhold);
        var (_, csr) = await scenario.CreateAsync();
        var stranger = scenario.Root();
        var reply = await keyhold.CallAsync(
            "CheckCertificate",
            ("Certificate", stranger.Issue(SigningRequest.FromPem(csr)).Pem),
            ("CertificateChain", stranger.ChainPem)
        );
        Assert.Equal("strict", reply.Ok()["Profile"]);
        Assert.False(reply.Json.GetProperty("Accepted").GetBoolean());
    }

    [Theory]
    [InlineData("nothing at all")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")]
    public async Task Anchors_that_cannot_be_used_are_refused_at_the_start_before_anything_is_made(string text)
    {
        await using var cli = new CliUnderTest();
        var file = cli.Write("anchors.pem", text);
        var refused = await Assert.ThrowsAsync<StartException>(() =>
            cli.StartAsync(options => options with { TrustAnchors = file })
        );
        Assert.Contains("anchors.pem", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--trust-anchors", refused.Remedy, StringComparison.Ordinal);
        Assert.False(Directory.Exists(cli.DataFolder));
    }

    [Theory]
    [InlineData("absent.pem")]
    [InlineData("")]
    public async Task Anchors_that_are_not_there_are_refused_at_the_start(string file)
    {
        await using var cli = new CliUnderTest();
        var refused = await Assert.ThrowsAsync<StartException>(() =>
            cli.StartAsync(options => options with { TrustAnchors = file })
        );
        Assert.Contains("--trust-anchors", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_refuses_an_unknown_profile_and_absent_anchors()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("serve", "--dev", "--certificate-profile", "lax")).WasBadUsage("lax", "strict");
        (await cli.RunAsync("serve", "--dev", "--data", cli.DataFolder, "--trust-anchors", "absent.pem")).WasBadUsage(
            "absent.pem",
            "--trust-anchors"
        );
    }

    private static async Task<CliRun> UploadAsync(CliUnderTest cli, string id, TestAuthority authority)
    {
        var leaf = cli.Write("leaf.pem", cli.IssueForCsr(authority).Pem);
        var chain = cli.Write("chain.pem", authority.ChainPem);
        return await cli.RunAsync("cert", "upload", id, "--certificate", leaf, "--chain", chain);
    }
}
