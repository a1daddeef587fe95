using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Server.Audit;
using Keyhold.Server.Expiry;
using Keyhold.Server.Metrics;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Storage;
using Keyhold.Server.Vault;
using Keyhold.Storage.Expiry;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Expiry;

public sealed class ExpiryNoticesTests : OperationTest
{
    private static readonly string[] EachThreshold = ["60", "30", "14", "7", "1"];

    /// <summary>A clock of the notices' own: the trail looks after itself once a minute, which would fill a year.</summary>
    private readonly FakeTimeProvider clock = new(KeyholdUnderTest.Now);

    [Fact]
    public async Task A_year_day_by_day_says_each_threshold_once_for_leaf_and_chain()
    {
        var id = await ActiveAsync(leafDays: 200, issuerDays: 300);
        var notices = Notices();
        for (var day = 0; day < 366; day++)
        {
            await SayAsync(notices);
            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(EachThreshold, Said("leaf").Select(said => said.Threshold));
        Assert.Equal(EachThreshold, Said("chain-1").Select(said => said.Threshold));
        Assert.Equal(EachThreshold, Said("leaf").Select(said => said.DaysLeft));
        Assert.Equal(2 * EachThreshold.Length, Events().Count);
        var first = Events()[0];
        Assert.Equal("KeyholdService", first.Text("eventType"));
        Assert.Equal(id, first.Text("requestParameters", "CertificateId"));
        Assert.Equal(Scenario.Subject, first.Text("requestParameters", "Subject"));
        Assert.Contains(id, first.ResourceIds);
    }

    [Fact]
    public async Task Nothing_is_said_before_the_first_threshold()
    {
        await ActiveAsync(leafDays: 61, issuerDays: 3000);
        await SayAsync(Notices());
        Assert.Empty(Events());
    }

    [Fact]
    public async Task A_restart_says_nothing_again()
    {
        await ActiveAsync(leafDays: 30, issuerDays: 3000);
        await SayAsync(Notices());
        await SayAsync(Notices());
        Assert.Equal(["30"], Said("leaf").Select(said => said.Threshold));
    }

    [Fact]
    public async Task Of_two_nodes_one_says_it()
    {
        await ActiveAsync(leafDays: 30, issuerDays: 3000);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SayAsync(Notices()))));
        Assert.Single(Events());
    }

    [Fact]
    public async Task A_clock_that_jumps_over_thresholds_says_the_nearest_alone()
    {
        await ActiveAsync(leafDays: 100, issuerDays: 3000);
        var notices = Notices();
        await SayAsync(notices);
        clock.Advance(TimeSpan.FromDays(95));
        await SayAsync(notices);
        Assert.Equal([("7", "5")], Said("leaf"));
    }

    [Fact]
    public async Task A_clock_that_goes_back_and_comes_again_says_nothing_again()
    {
        await ActiveAsync(leafDays: 100, issuerDays: 3000);
        await SayAtAsync(80);
        await SayAtAsync(10);
        await SayAtAsync(80);
        await SayAtAsync(45);
        Assert.Equal(["30"], Said("leaf").Select(said => said.Threshold));

        async Task SayAtAsync(int days)
        {
            var then = new FakeTimeProvider(KeyholdUnderTest.Now.AddDays(days));
            await SayAsync(Notices(then));
        }
    }

    [Fact]
    public async Task What_has_expired_unseen_is_said_once()
    {
        await ActiveAsync(leafDays: 20, issuerDays: 3000);
        clock.Advance(TimeSpan.FromDays(23));
        await SayAsync(Notices());
        await SayAsync(Notices());
        Assert.Equal([("1", "-3")], Said("leaf"));
    }

    [Fact]
    public async Task A_renewed_certificate_has_notices_of_its_own()
    {
        var (id, csr) = await Scenario.CreateAsync();
        var root = Scenario.Root();
        var request = SigningRequest.FromPem(csr);
        (await Scenario.UploadAsync(id, root.Issue(request, TimeSpan.FromDays(10)), root)).Ok();
        await SayAsync(Notices());
        (await Scenario.UploadAsync(id, root.Issue(request, TimeSpan.FromDays(12)), root)).Ok();
        await SayAsync(Notices());
        Assert.Equal(["14", "14"], Said("leaf").Select(said => said.Threshold));
    }

    [Fact]
    public async Task A_changed_notice_is_named_and_silences_no_other()
    {
        await ActiveAsync(leafDays: 30, issuerDays: 3000);
        await SayAsync(Notices());
        TemporaryDatabase.Raw(DatabaseFile, "UPDATE expiry_notices SET days = 0");
        await ActiveAsync(leafDays: 29, issuerDays: 3000);
        clock.Advance(TimeSpan.FromDays(20));

        await SayAsync(Notices());

        Assert.Equal(["30", "14"], Said("leaf").Select(said => said.Threshold));
        Assert.Contains("expiry_notices", Keyhold.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_a_certificate_deletes_what_was_said_of_it()
    {
        var id = await ActiveAsync(leafDays: 30, issuerDays: 3000);
        await SayAsync(Notices());
        (await Keyhold.CallAsync("DeleteCertificate", ("CertificateId", id))).Ok();
        Assert.Equal(0L, TemporaryDatabase.RawValue(DatabaseFile, "SELECT COUNT(*) FROM expiry_notices"));
    }

    [Fact]
    public async Task The_trail_with_notices_verifies_and_no_intent_is_left()
    {
        await ActiveAsync(leafDays: 30, issuerDays: 3000);
        await SayAsync(Notices());
        await Keyhold.Trail.TickAsync();
        Assert.Equal(0L, TemporaryDatabase.RawValue(DatabaseFile, "SELECT COUNT(*) FROM audit_intents"));
        Assert.True(TrailVerifier.Verify(Keyhold.DataFolder, pinned: null).IsIntact);
    }

    private string DatabaseFile => Path.Combine(Keyhold.DataFolder, "keyhold.db");

    private ExpiryNotices Notices(TimeProvider? time = null) =>
        new(
            new ExpiryNoticeStore(Keyhold.Folder.IntendingDatabase, new RowAuthenticator(Keyhold.Folder.Ring)),
            Keyhold.Trail,
            new Instruments(Keyhold.Log),
            time ?? clock
        );

    private async Task SayAsync(ExpiryNotices notices) =>
        await notices.SayAsync((await Keyhold.Parts.Expiries.ReadAsync(default)).Members, default);

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

    private List<TrailEvent> Events() =>
        [
            .. TrailQuery
                .Run(Keyhold.DataFolder, new TrailFilter(), int.MaxValue)
                .Events.Where(each => each.Name == ExpiryNotices.EventName),
        ];

    private (string? Threshold, string? DaysLeft)[] Said(string member) =>
        [
            .. Events()
                .Where(each => each.Text("requestParameters", "Member") == member)
                .Select(each =>
                    (each.Text("requestParameters", "Threshold"), each.Text("requestParameters", "DaysLeft"))
                ),
        ];
}
