using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Regions;

public abstract class DescribeRegionsTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : DescribeRegionsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : DescribeRegionsTests(DatabaseKind.Postgres);

    [Fact]
    [Case("DescribeRegions", CaseKind.Good)]
    public async Task Lists_the_one_region()
    {
        var reply = (await Keyhold.CallAsync("DescribeRegions")).Ok();
        Assert.StartsWith(
            """{"Regions":{"Region":[{"RegionId":"cn-hangzhou"}]},""",
            reply.Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Case("DescribeRegions", CaseKind.BadParameter)]
    public async Task Takes_no_private_key_for_a_parameter() =>
        (await Keyhold.CallAsync("DescribeRegions", ("Any", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n"))).Refused(
            400,
            "InvalidParameter",
            "Any",
            "private key"
        );
}
