using System.Globalization;
using System.Text.Json;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

public class ListExpiringCertificatesTests : OperationTest
{
    [Fact]
    [Case("ListExpiringCertificates", CaseKind.Good)]
    public async Task Lists_leaf_and_chain_the_soonest_first()
    {
        var late = await ActiveAsync(leafDays: 25, issuerDays: 900);
        var soon = await ActiveAsync(leafDays: 20, issuerDays: 10);

        var reply = (await Keyhold.CallAsync("ListExpiringCertificates")).Ok();

        Assert.Equal(
            [(soon, "chain-1", 10), (soon, "leaf", 20), (late, "leaf", 25)],
            MembersOf(reply).Select(Identify)
        );
        var first = MembersOf(reply)[0];
        Assert.Equal("CN=Example Issuing CA,O=Example,C=CN", first.GetProperty("Subject").GetString());
        Assert.Equal("ACTIVE", first.GetProperty("Status").GetString());
        Assert.Equal("2026-12-04T12:00:00Z", first.GetProperty("NotAfter").GetString());
        Assert.NotEqual("", first.GetProperty("Serial").GetString());
    }

    [Fact]
    public async Task Pages_never_overlap_and_end()
    {
        for (var made = 0; made < 5; made++)
        {
            await ActiveAsync(leafDays: 20, issuerDays: 900);
        }

        var seen = new List<string>();
        for (var page = 1; page <= 4; page++)
        {
            var reply = await Keyhold.CallAsync(
                "ListExpiringCertificates",
                ("PageNumber", page.ToString(CultureInfo.InvariantCulture)),
                ("PageSize", "2")
            );
            Assert.Equal(5, reply.Ok().Json.GetProperty("TotalSize").GetInt32());
            seen.AddRange(MembersOf(reply).Select(member => member.GetProperty("CertificateId").GetString()!));
        }

        Assert.Equal(5, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(5, seen.Count);
    }

    [Theory]
    [InlineData(19, 0)]
    [InlineData(20, 1)]
    [InlineData(36500, 3)]
    public async Task Looks_as_far_ahead_as_it_is_asked_to(int days, int expected)
    {
        await ActiveAsync(leafDays: 20, issuerDays: 900);
        var reply = await Keyhold.CallAsync(
            "ListExpiringCertificates",
            ("WithinDays", days.ToString(CultureInfo.InvariantCulture))
        );
        Assert.Equal(expected, reply.Ok().Json.GetProperty("TotalSize").GetInt32());
    }

    [Fact]
    public async Task Shows_what_has_expired_already_with_negative_days()
    {
        var id = await ActiveAsync(leafDays: 20, issuerDays: 900);
        Keyhold.Time.Advance(TimeSpan.FromDays(21.5));
        Assert.Equal(
            [(id, "leaf", -2)],
            MembersOf((await Keyhold.CallAsync("ListExpiringCertificates", ("WithinDays", "0"))).Ok()).Select(Identify)
        );
    }

    [Fact]
    public async Task Shows_inactive_ones_and_neither_pending_nor_revoked_ones()
    {
        await Scenario.CreateAsync();
        var inactive = await ActiveAsync(leafDays: 20, issuerDays: 900);
        var revoked = await ActiveAsync(leafDays: 20, issuerDays: 900);
        await Scenario.SetStatusAsync(inactive, "INACTIVE");
        await Scenario.SetStatusAsync(revoked, "REVOKED");

        var members = MembersOf((await Keyhold.CallAsync("ListExpiringCertificates")).Ok());

        Assert.Equal([(inactive, "leaf", 20)], members.Select(Identify));
        Assert.Equal("INACTIVE", members[0].GetProperty("Status").GetString());
    }

    [Fact]
    public async Task A_changed_row_is_refused_instead_of_left_out()
    {
        await ActiveAsync(leafDays: 20, issuerDays: 900);
        TemporaryDatabase.Raw(
            Path.Combine(Keyhold.DataFolder, "keyhold.db"),
            "UPDATE certificate_uploads SET not_after = not_after + 1"
        );
        (await Keyhold.CallAsync("ListExpiringCertificates")).Refused(500, "InternalFailure");
    }

    [Fact]
    public async Task A_row_under_a_key_that_nobody_made_is_named_and_hides_no_other()
    {
        var good = await ActiveAsync(leafDays: 20, issuerDays: 900);
        await ActiveAsync(leafDays: 25, issuerDays: 900);
        TemporaryDatabase.Raw(
            Path.Combine(Keyhold.DataFolder, "keyhold.db"),
            "UPDATE certificates SET mac_key_id = 99 WHERE certificate_id <> @0",
            good
        );

        var reading = await Keyhold.Parts.Expiries.ReadAsync(default);

        Assert.Single(reading.Damaged);
        Assert.All(reading.Members, member => Assert.Equal(good, member.CertificateId));
        (await Keyhold.CallAsync("ListExpiringCertificates")).Refused(500, "InternalFailure");
    }

    [Theory]
    [InlineData("WithinDays", "-1")]
    [InlineData("WithinDays", "30d")]
    [InlineData("WithinDays", "36501")]
    [InlineData("PageNumber", "0")]
    [InlineData("PageSize", "0")]
    [InlineData("PageSize", "101")]
    [Case("ListExpiringCertificates", CaseKind.BadParameter)]
    public async Task Names_the_parameter_that_is_wrong(string parameter, string value) =>
        (await Keyhold.CallAsync("ListExpiringCertificates", (parameter, value))).Refused(
            400,
            "InvalidParameter",
            parameter
        );

    private async Task<string> ActiveAsync(int leafDays, int issuerDays)
    {
        var (id, csr) = await Scenario.CreateAsync();
        var root = Scenario.Root();
        using var issuer = root.CreateSubordinate(
            KeySpec.EcP256,
            "CN=Example Issuing CA,O=Example,C=CN",
            template => template.NotAfter = KeyholdUnderTest.Now.AddDays(issuerDays)
        );
        var leaf = issuer.Issue(SigningRequest.FromPem(csr), TimeSpan.FromDays(leafDays));
        (await Scenario.UploadAsync(id, leaf, issuer)).Ok();
        return id;
    }

    private static JsonElement[] MembersOf(TestReply reply) =>
        [.. reply.Json.GetProperty("ExpiringCertificateList").GetProperty("ExpiringCertificate").EnumerateArray()];

    private static (string? Id, string? Member, int DaysLeft) Identify(JsonElement member) =>
        (
            member.GetProperty("CertificateId").GetString(),
            member.GetProperty("Member").GetString(),
            member.GetProperty("DaysLeft").GetInt32()
        );
}
