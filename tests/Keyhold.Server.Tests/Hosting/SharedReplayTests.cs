using System.Text;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Tests.Storage;
using Keyhold.Storage.Replays;

namespace Keyhold.Server.Tests.Hosting;

/// <summary>What one node has accepted is refused by the other, where they remember together.</summary>
public sealed class SharedReplayTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_captured_request_runs_on_one_node_only_where_they_remember_together(bool sharesReplays)
    {
        await using var one = await KeyholdUnderTest.StartAsync(
            kind: DatabaseKind.Postgres,
            sharesReplays: sharesReplays
        );
        await using var two = await one.StartBesideAsync();
        var captured = Sign(one);
        (await one.SendAsync(captured)).Ok();
        (await one.SendAsync(captured)).Refused(400, "SignatureNonceUsed");
        var reply = await two.SendAsync(captured);
        if (sharesReplays)
        {
            reply.Refused(400, "SignatureNonceUsed");
        }
        else
        {
            reply.Ok();
        }
    }

    [Fact]
    public async Task Another_request_of_the_same_access_key_passes()
    {
        await using var one = await KeyholdUnderTest.StartAsync(kind: DatabaseKind.Postgres, sharesReplays: true);
        await using var two = await one.StartBesideAsync();
        for (var round = 0; round < 3; round++)
        {
            (await one.CallAsync("DescribeRegions")).Ok();
            (await two.CallAsync("DescribeRegions")).Ok();
        }
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task A_fingerprint_is_added_once_until_its_time_has_passed(DatabaseKind kind)
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var store = new ReplayStore(database.Database);
        var until = Sample.Time.AddMinutes(30);
        Assert.True(await store.AddAsync([1, 2], until, default));
        Assert.True(await store.AddAsync([1, 3], until, default));
        Assert.False(await store.AddAsync([1, 2], until, default));
        Assert.Equal(0, await store.DeleteSomeBeforeAsync(until, default));
        Assert.False(await store.AddAsync([1, 2], until, default));
        Assert.Equal(2, await store.DeleteSomeBeforeAsync(until.AddMilliseconds(1), default));
        Assert.True(await store.AddAsync([1, 2], until, default));
    }

    [Fact]
    public async Task Of_the_same_request_on_many_connections_at_once_one_passes()
    {
        await using var database = await TemporaryDatabase.CreateAsync(DatabaseKind.Postgres);
        var store = new ReplayStore(database.Database);
        var added = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await store.AddAsync([7], Sample.Time, default)))
        );
        Assert.Single(added, each => each);
    }

    private static SignedRequest Sign(KeyholdUnderTest node) =>
        SignatureV3.Sign(
            new SigningCredential(KeyholdUnderTest.AccessKeyId, Encoding.UTF8.GetBytes(KeyholdUnderTest.Secret)),
            "127.0.0.1:8710",
            "DescribeRegions",
            [],
            node.Time.GetUtcNow(),
            "captured-nonce",
            inBody: false
        );
}
