using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Server.Tests.Cli;

/// <summary>What most certificate tests begin with: a certificate made by the CLI and a CA that answers its CSR.</summary>
internal static class CertificateScenario
{
    public const string Subject = "CN=shop.example,OU=web,O=Example,C=DE";

    /// <summary>The id of a new certificate; its CSR is in the file "csr.pem".</summary>
    public static async Task<string> CreateAsync(this CliUnderTest cli, string keySpec, params string[] more)
    {
        var run = await cli.RunAsync([
            "cert",
            "create",
            "--key-spec",
            keySpec,
            "--subject",
            Subject,
            "--out",
            cli.PathOf("csr.pem"),
            "--json",
            .. more,
        ]);
        return run.Succeeded().Json.GetProperty("CertificateId").GetString()!;
    }

    /// <summary>A two-level CA for the key spec's family.</summary>
    public static TestAuthority Authority(this CliUnderTest cli, string keySpec)
    {
        Assert.True(KeySpec.TryParse(keySpec, out var spec));
        using var root = TestAuthority.CreateRoot(spec, "CN=Test Root,O=Tests,C=DE", cli.Time);
        return root.CreateSubordinate(spec, "CN=Test Issuer,O=Tests,C=DE");
    }

    public static Certificate IssueForCsr(this CliUnderTest cli, TestAuthority authority) =>
        authority.Issue(SigningRequest.FromPem(cli.Read("csr.pem")));

    /// <summary>The id of a certificate that is ACTIVE.</summary>
    public static async Task<string> CreateActiveAsync(this CliUnderTest cli, string keySpec, params string[] more)
    {
        var id = await cli.CreateAsync(keySpec, more);
        using var authority = cli.Authority(keySpec);
        cli.Write("leaf.pem", cli.IssueForCsr(authority).Pem);
        cli.Write("chain.pem", authority.ChainPem);
        var run = await cli.RunAsync(
            "cert",
            "upload",
            id,
            "--certificate",
            cli.PathOf("leaf.pem"),
            "--chain",
            cli.PathOf("chain.pem")
        );
        run.Succeeded();
        return id;
    }
}
