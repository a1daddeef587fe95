using System.Globalization;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

public abstract class ListCertificatesTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : ListCertificatesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : ListCertificatesTests(DatabaseKind.Postgres);

    [Fact]
    [Case("ListCertificates", CaseKind.Good)]
    public async Task Pages_through_all_the_newest_first()
    {
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Insert(0, (await Scenario.CreateAsync()).Id);
            Keyhold.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var listed = new List<string>();
        for (var page = 1; page <= 3; page++)
        {
            var reply = await Keyhold.CallAsync(
                "ListCertificates",
                ("PageNumber", page.ToString(CultureInfo.InvariantCulture)),
                ("PageSize", "2")
            );
            Assert.Equal(5, reply.Ok().Json.GetProperty("TotalSize").GetInt32());
            Assert.Equal(page, reply.Json.GetProperty("PageNumber").GetInt32());
            Assert.Equal(2, reply.Json.GetProperty("PageSize").GetInt32());
            listed.AddRange(IdsOf(reply));
        }

        Assert.Equal(made, listed);
    }

    [Fact]
    public async Task Filters_by_subject_issuer_and_status()
    {
        var (pending, _) = await Scenario.CreateAsync();
        var (active, _, _) = await Scenario.ActiveAsync();

        Assert.Equal([pending], IdsOf(await Keyhold.CallAsync("ListCertificates", ("Status", "PENDING"))));
        Assert.Equal([active], IdsOf(await Keyhold.CallAsync("ListCertificates", ("Issuer", "example root"))));
        Assert.Equal(2, IdsOf(await Keyhold.CallAsync("ListCertificates", ("Subject", "ORDERS"))).Count());
        Assert.Empty(IdsOf(await Keyhold.CallAsync("ListCertificates", ("Subject", "%"))));
    }

    [Theory]
    [InlineData("PageNumber", "0")]
    [InlineData("PageSize", "0")]
    [InlineData("PageSize", "101")]
    [InlineData("PageSize", "ten")]
    [InlineData("Status", "EXPIRED")]
    [Case("ListCertificates", CaseKind.BadParameter)]
    public async Task Names_the_parameter_that_is_wrong(string parameter, string value) =>
        (await Keyhold.CallAsync("ListCertificates", (parameter, value))).Refused(400, "InvalidParameter", parameter);

    private static IEnumerable<string> IdsOf(TestReply reply) =>
        reply
            .Ok()
            .Json.GetProperty("CertificateSummaryList")
            .GetProperty("CertificateSummary")
            .EnumerateArray()
            .Select(summary => summary.GetProperty("CertificateId").GetString() ?? "");
}
