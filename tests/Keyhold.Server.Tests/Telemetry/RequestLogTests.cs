using Keyhold.Server.Tests.Cli;
using Keyhold.Server.Tests.Operations;

namespace Keyhold.Server.Tests.Telemetry;

public class RequestLogTests : OperationTest
{
    [Fact]
    public async Task A_refusal_is_told_at_Information_with_its_request_id_and_code()
    {
        var refused = await Keyhold.CallAsync("GetCertificate", ("CertificateId", Scenario.OtherId));
        Assert.Contains(
            $"Information Request {refused["RequestId"]} (GetCertificate) was refused with {refused.Code}.",
            Keyhold.Log.Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_good_request_is_told_at_Debug_alone()
    {
        var answered = (await Keyhold.CallAsync("DescribeRegions")).Ok();
        var line = Keyhold
            .Log.Text.Split('\n')
            .Single(line => line.Contains(answered["RequestId"], StringComparison.Ordinal));
        Assert.StartsWith("Debug ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_action_that_strangers_make_up_is_not_told()
    {
        await Keyhold.CallAsync("NoSuchAction");
        Assert.DoesNotContain("NoSuchAction", Keyhold.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--log-format", "xml")]
    [InlineData("--log-format", "JSON")]
    [InlineData("--log-level", "verbose")]
    [InlineData("--metrics-listen", "9710")]
    [InlineData("--metrics-listen", "http://0.0.0.0:9710")]
    public async Task An_option_that_is_not_understood_is_named(string option, string value)
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("serve", "--dev", "--data", cli.DataFolder, option, value)).WasBadUsage(value);
        Assert.False(Directory.Exists(cli.DataFolder));
    }
}
