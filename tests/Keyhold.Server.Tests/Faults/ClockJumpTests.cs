using System.Text;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Faults;

/// <summary>A clock that jumps, forwards and back, under a server that runs and between two starts.</summary>
public abstract class ClockJumpTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : ClockJumpTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : ClockJumpTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(24 * 400)]
    [InlineData(-24 * 400)]
    public async Task A_jump_takes_the_window_of_signatures_along(int hours)
    {
        var before = Sign();
        Jump(hours);
        (await Keyhold.SendAsync(before)).Refused(400, "InvalidTimeStamp.Expired");
        (await Keyhold.CallAsync("DescribeRegions")).Ok();
        Jump(-hours);
        (await Keyhold.SendAsync(before)).Ok();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(24 * 400)]
    public async Task A_clock_that_was_ahead_opens_no_way_for_repeated_requests_and_shuts_out_nobody(int hours)
    {
        var captured = Sign();
        (await Keyhold.SendAsync(captured)).Ok();
        Jump(hours);
        var ahead = Sign();
        (await Keyhold.SendAsync(ahead)).Ok();
        (await Keyhold.SendAsync(captured)).Refused(400, "InvalidTimeStamp.Expired");
        Keyhold.Time.Advance(TimeSpan.FromMinutes(40));
        (await Keyhold.CallAsync("DescribeRegions")).Ok();

        Keyhold.Time.AdjustTime(KeyholdUnderTest.Now.AddSeconds(5));
        Assert.Equal(400, (await Keyhold.SendAsync(captured)).Status);
        (await Keyhold.CallAsync("DescribeRegions")).Ok();
        Jump(hours);
        Assert.Equal(400, (await Keyhold.SendAsync(ahead)).Status);
    }

    [Fact]
    public async Task Everything_works_while_the_clock_jumps_and_the_trail_stays_in_order()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        foreach (var hours in (int[])[3, -2, 24 * 90, -24 * 91, 5])
        {
            Jump(hours);
            await Keyhold.Trail.TickAsync();
            await SignAsync(id);
            await Scenario.SetStatusAsync(id, "INACTIVE");
            await Scenario.SetStatusAsync(id, "ACTIVE");
            (await Scenario.DescribeAsync(id)).Ok();
            (await Keyhold.CallAsync("ListExpiringCertificates", ("WithinDays", "60"))).Ok();
            await Scenario.CreateAsync();
        }

        await Keyhold.Trail.SignAsync();
        var anchor = await SharedAnchor.FindAsync(Keyhold.DataFolder, Keyhold.Database, default);
        var verdict = TrailVerifier.Verify(Keyhold.DataFolder, pinned: null, anchor);
        Assert.True(verdict.IsIntact, string.Join('\n', verdict.Findings));
        Assert.Equal(["INACTIVE", "ACTIVE"], StatusesOf(id).TakeLast(2));
    }

    private List<string?> StatusesOf(string id) =>
        [
            .. Keyhold
                .Events()
                .Where(each => each.Text("requestParameters", "CertificateId") == id)
                .Select(each => each.Text("requestParameters", "Status"))
                .Where(status => status is not null),
        ];

    private void Jump(int hours) => Keyhold.Time.AdjustTime(Keyhold.Time.GetUtcNow().AddHours(hours));

    private async Task SignAsync(string id) =>
        (
            await Keyhold.CallAsync(
                "CertificatePrivateKeySign",
                ("CertificateId", id),
                ("Algorithm", "ECDSA_SHA_256"),
                ("MessageType", "RAW"),
                ("Message", Scenario.Base64("message"))
            )
        ).Ok();

    private SignedRequest Sign() =>
        SignatureV3.Sign(
            new SigningCredential(KeyholdUnderTest.AccessKeyId, Encoding.UTF8.GetBytes(KeyholdUnderTest.Secret)),
            "127.0.0.1:8710",
            "DescribeRegions",
            [],
            Keyhold.Time.GetUtcNow(),
            $"captured-{Keyhold.Time.GetUtcNow().Ticks}",
            inBody: false
        );
}
