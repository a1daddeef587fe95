using Keyhold.Crypto.Certificates;

namespace Keyhold.Server.Tests.Cli;

public class ExpiringCommandTests
{
    [Fact]
    public async Task Says_so_when_nothing_expires()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        await cli.CreateActiveAsync("EC_P256");
        Assert.Equal("Nothing expires within 30d.\n", (await cli.RunAsync("cert", "expiring")).Succeeded().Output);
    }

    [Fact]
    public async Task Lists_what_expires_and_says_what_to_do()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync("EC_P256");
        cli.Width = 140;
        var list = (await cli.RunAsync("cert", "expiring", "--within", "2y")).Succeeded().Output;
        Assert.Matches($"{id} +leaf +365 +2027-11-24T12:00:00Z +{CertificateScenario.Subject}", list);
        Assert.Contains("1 of 1 expire within 2y\n", list, StringComparison.Ordinal);
        Assert.Contains("cert create", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_narrow_list_has_the_subject_below()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync("EC_P256");
        cli.Width = 80;
        var lines = (await cli.RunAsync("cert", "expiring", "--within", "60w")).Succeeded().Output.Split('\n');
        Assert.Equal($"{id}  leaf    365", lines[1]);
        Assert.Equal($"  {CertificateScenario.Subject}", lines[2]);
    }

    [Fact]
    public async Task A_page_with_more_behind_it_names_the_command_for_the_next()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        await cli.CreateActiveAsync("EC_P256");
        var list = (await cli.RunAsync("cert", "expiring", "--within", "20y", "--page-size", "1")).Succeeded().Output;
        Assert.Contains(
            "; the next:\n  keyhold cert expiring --within 20y --page-size 1 --page 2\n",
            list,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task With_json_the_answer_is_printed_as_it_came()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        await cli.CreateActiveAsync("EC_P256");
        var json = (await cli.RunAsync("cert", "expiring", "--within", "1y", "--json")).Succeeded().Json;
        Assert.Equal(1, json.GetProperty("TotalSize").GetInt32());
    }

    [Theory]
    [InlineData("30")]
    [InlineData("d")]
    [InlineData("1.5d")]
    [InlineData("30m")]
    [InlineData("-3d")]
    [InlineData("99999999999d")]
    public async Task A_span_that_is_none_is_named(string within)
    {
        await using var cli = new CliUnderTest();
        var run = await cli.RunAsync("cert", "expiring", "--within=" + within);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"--within {within} is no span of time", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_notices_by_itself_and_exports_the_days()
    {
        await using var cli = new CliUnderTest();
        await cli.StartAsync(options => options with { MetricsListen = "http://127.0.0.1:0" });
        var id = await cli.CreateAsync("EC_P256");
        using var authority = cli.Authority("EC_P256");
        cli.Write("leaf.pem", authority.Issue(SigningRequest.FromPem(cli.Read("csr.pem")), TimeSpan.FromDays(20)).Pem);
        cli.Write("chain.pem", authority.ChainPem);
        (
            await cli.RunAsync(
                "cert",
                "upload",
                id,
                "--certificate",
                cli.PathOf("leaf.pem"),
                "--chain",
                cli.PathOf("chain.pem")
            )
        ).Succeeded();

        cli.Time.Advance(TimeSpan.FromHours(24));

        using var client = new HttpClient();
        var metrics = "";
        for (var attempt = 0; attempt < 100 && !metrics.Contains(id, StringComparison.Ordinal); attempt++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            metrics = await client.GetStringAsync(
                new Uri(cli.MetricsUrl + "/metrics"),
                TestContext.Current.CancellationToken
            );
        }

        Assert.Matches($"keyhold_certificate_expiry_days{{certificate_id=\"{id}\",member=\"leaf\"}} 19\n", metrics);
        Assert.Contains($"certificate_id=\"{id}\",member=\"chain-1\"", metrics, StringComparison.Ordinal);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        CliRun events;
        do
        {
            Assert.False(patience.IsCancellationRequested, "no event within a minute");
            await Task.Delay(100, TestContext.Current.CancellationToken);
            events = await cli.RunAsync("audit", "query", cli.DataFolder, "--action", "CertificateExpiring");
            events.Succeeded();
        } while (!events.Output.Contains("CertificateExpiring", StringComparison.Ordinal));
    }
}
