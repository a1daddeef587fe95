using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Server.Tests.Cli;

public class UploadCommandTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_full_chain_file_is_split_wherever_the_certificate_stands_in_it(int place)
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateAsync("EC_P256");
        using var authority = cli.Authority("EC_P256");
        var leaf = cli.IssueForCsr(authority).Pem;
        var blocks = Blocks(authority.ChainPem);
        blocks.Insert(place, leaf);
        var file = cli.Write(
            "fullchain.pem",
            "text around\r\n" + string.Concat(blocks).Replace("\n", "\r\n", StringComparison.Ordinal)
        );

        var run = await cli.RunAsync("cert", "upload", id, "--certificate", file);
        Assert.Contains("ACTIVE", run.Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains($"number {place + 1}", run.Error, StringComparison.Ordinal);
        Assert.Equal(leaf, await GetAsync(cli, id, "--certificate"));
        Assert.Equal(authority.ChainPem, await GetAsync(cli, id, "--chain"));
    }

    [Fact]
    public async Task Chain_files_may_be_several_in_any_order_and_come_from_standard_input()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateAsync("EC_P256");
        using var authority = cli.Authority("EC_P256");
        var leaf = cli.Write("leaf.pem", cli.IssueForCsr(authority).Pem);
        var blocks = Blocks(authority.ChainPem);
        var root = cli.Write("root.pem", blocks[1]);
        var run = await cli.RunWithInputAsync(
            System.Text.Encoding.ASCII.GetBytes(blocks[0].TrimEnd()),
            "cert",
            "upload",
            id,
            "--certificate",
            leaf,
            "--chain",
            root,
            "--chain",
            "-"
        );
        run.Succeeded();
        Assert.Equal(authority.ChainPem, await GetAsync(cli, id, "--chain"));
    }

    [Fact]
    public async Task A_DER_file_is_taken_as_well()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateAsync("EC_P256");
        using var authority = cli.Authority("EC_P256");
        var leaf = cli.IssueForCsr(authority);
        var file = cli.Write("leaf.der", leaf.Der.ToArray());
        (await cli.RunAsync("cert", "upload", id, "--certificate", file)).Succeeded();
        Assert.Equal(leaf.Pem, await GetAsync(cli, id, "--certificate"));
    }

    [Fact]
    public async Task The_warnings_that_the_server_keeps_are_shown()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateAsync("EC_P256");
        using var authority = cli.Authority("EC_P256");
        var file = cli.Write("leaf.pem", cli.IssueForCsr(authority).Pem);
        var run = await cli.RunAsync("cert", "upload", id, "--certificate", file);
        Assert.Contains("Warning", run.Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_upload_prints_only_its_own_answer()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateAsync("EC_P256");
        using var authority = cli.Authority("EC_P256");
        var file = cli.Write("leaf.pem", cli.IssueForCsr(authority).Pem);
        var run = await cli.RunAsync("cert", "upload", id, "--certificate", file, "--json");
        Assert.Equal("RequestId", Assert.Single(run.Succeeded().Json.EnumerateObject()).Name);
    }

    [Fact]
    public async Task A_full_chain_file_for_another_key_gets_the_servers_reason()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        await cli.CreateActiveAsync("EC_P256");
        var id = await cli.CreateAsync("EC_P256");
        var file = cli.Write("fullchain.pem", cli.Read("leaf.pem") + cli.Read("chain.pem"));
        var run = await cli.RunAsync("cert", "upload", id, "--certificate", file);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("InvalidParameter: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("Certificate", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    [InlineData("ENCRYPTED PRIVATE KEY")]
    public async Task A_file_with_a_private_key_is_not_sent(string label)
    {
        await using var cli = new CliUnderTest();
        var key = PemEncoding.WriteString(label, RandomNumberGenerator.GetBytes(100));
        var file = cli.Write("bundle.pem", key + "\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        (await cli.RunAsync("cert", "upload", "id", "--certificate", file)).WasBadUsage(
            "private key",
            "Nothing was sent"
        );
    }

    [Fact]
    public async Task A_binary_file_is_refused_by_name()
    {
        await using var cli = new CliUnderTest();
        var file = cli.Write("picture.png", [0x89, 0x50, 0, 0]);
        (await cli.RunAsync("cert", "upload", "id", "--certificate", file)).WasBadUsage("picture.png", "PEM");
    }

    [Fact]
    public async Task Standard_input_named_twice_is_refused()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("cert", "upload", "id", "--certificate", "-", "--chain", "-")).WasBadUsage("twice");
    }

    [Fact]
    public async Task A_certificate_that_is_none_gets_the_servers_reason()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateAsync("EC_P256");
        var file = cli.Write("leaf.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        (await cli.RunAsync("cert", "upload", id, "--certificate", file)).WasRefused("InvalidParameter", "Certificate");
    }

    private static List<string> Blocks(string pem) =>
        [
            .. pem.Split("-----END CERTIFICATE-----\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(block => block + "-----END CERTIFICATE-----\n"),
        ];

    private static async Task<string> GetAsync(CliUnderTest cli, string id, string part) =>
        (await cli.RunAsync("cert", "get", id, part, "-")).Succeeded().Output;
}
