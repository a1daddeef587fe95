using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Server.RootKeys;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Storage;
using Keyhold.Storage;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.Tests.Hosting;

/// <summary>
/// Two nodes on one PostgreSQL database, without a word between them: what one has answered holds on the other at once.
/// </summary>
public sealed class ManyNodesTests : IAsyncLifetime
{
    private static readonly Installation Installation = new(
        ServerOptions.DefaultRegion,
        ServerOptions.DefaultAccountId
    );

    private KeyholdUnderTest one = null!;
    private KeyholdUnderTest two = null!;
    private Scenario scenario = null!;

    public async ValueTask InitializeAsync()
    {
        one = await KeyholdUnderTest.StartAsync(kind: DatabaseKind.Postgres);
        two = await one.StartBesideAsync();
        scenario = new Scenario(one);
    }

    public async ValueTask DisposeAsync()
    {
        scenario.Dispose();
        await two.DisposeAsync();
        await one.DisposeAsync();
    }

    [Fact]
    public async Task A_status_change_and_a_deletion_hold_on_the_other_node_at_once()
    {
        var (id, _, _) = await scenario.ActiveAsync();
        (await SignAsync(two, id)).Ok();
        await scenario.SetStatusAsync(id, "INACTIVE");
        (await SignAsync(two, id)).Refused(409, "Rejected.Disabled");
        await scenario.SetStatusAsync(id, "ACTIVE");
        (await SignAsync(two, id)).Ok();
        await scenario.SetStatusAsync(id, "REVOKED");
        (await SignAsync(two, id)).Refused(409, "Rejected.Revoked");
        (await one.CallAsync("DeleteCertificate", ("CertificateId", id))).Ok();
        Assert.Equal(404, (await SignAsync(two, id)).Status);
        Assert.Equal(404, (await two.CallAsync("GetCertificate", ("CertificateId", id))).Status);
    }

    [Fact]
    public async Task A_disabled_access_key_is_refused_on_the_other_node_at_once_and_works_again_when_it_is_enabled()
    {
        var user = await scenario.UserAsync("alice", Allow);
        (await AsAsync(two, user)).Ok();
        (await SetAccessKeyAsync(user, "Inactive")).Ok();
        (await AsAsync(two, user)).Refused(403, "Forbidden.AccessKey");
        (await SetAccessKeyAsync(user, "Active")).Ok();
        (await AsAsync(two, user)).Ok();
        (await one.CallAsync("DeleteAccessKey", ("UserName", user.Name), ("UserAccessKeyId", user.AccessKeyId))).Ok();
        (await AsAsync(two, user)).Refused(404, "InvalidAccessKeyId.NotFound");
    }

    [Fact]
    public async Task A_policy_that_was_taken_away_or_changed_decides_on_the_other_node_at_once()
    {
        var user = await scenario.UserAsync("alice", Allow);
        (await AsAsync(two, user)).Ok();

        // 1. Another version by default.
        (
            await one.CallAsync(
                "CreatePolicyVersion",
                ("PolicyName", "alice-policy"),
                ("PolicyDocument", Scenario.Document(Scenario.Statement("Deny", "kms:*", "*"))),
                ("SetAsDefault", "true")
            )
        ).Ok();
        (await AsAsync(two, user)).Refused(403, "Forbidden.NoPermission");
        (await one.CallAsync("SetDefaultPolicyVersion", ("PolicyName", "alice-policy"), ("VersionId", "v1"))).Ok();
        (await AsAsync(two, user)).Ok();

        // 2. Detached, and a built-in one instead.
        await DetachAsync(user.Name, "Custom", "alice-policy");
        (await AsAsync(two, user)).Refused(403, "Forbidden.NoPermission");
        await scenario.AttachAsync(user.Name, "System", "AliyunKMSFullAccess");
        (await AsAsync(two, user)).Ok();
        await DetachAsync(user.Name, "System", "AliyunKMSFullAccess");
        (await AsAsync(two, user)).Refused(403, "Forbidden.NoPermission");
    }

    [Fact]
    public async Task Of_uploads_to_one_certificate_at_once_one_wins_and_the_history_is_whole()
    {
        for (var round = 0; round < 5; round++)
        {
            var (id, csr) = await scenario.CreateAsync();
            var issuers = new[] { scenario.Root(), scenario.Root(subject: "CN=Other Root,O=Example,C=CN") };
            var certificates = issuers.Select(issuer => issuer.Issue(SigningRequest.FromPem(csr))).ToArray();
            var replies = await Task.WhenAll(
                from node in new[] { one, two }
                from choice in new[] { 0, 1 }
                select Task.Run(() =>
                    node.CallAsync(
                        "UploadCertificate",
                        ("CertificateId", id),
                        ("Certificate", certificates[choice].Pem),
                        ("CertificateChain", issuers[choice].ChainPem)
                    )
                )
            );

            Assert.All(replies, reply => Assert.True(reply.Status is 200 or 409, reply.Text));
            Assert.Contains(replies, reply => reply.Status == 200);
            var stored = (await two.CallAsync("GetCertificate", ("CertificateId", id))).Ok();
            Assert.Contains(certificates, certificate => certificate.Pem.Trim() == stored["Certificate"].Trim());
            var history = await one.Parts.Certificates.ListUploadsAsync(id, default);
            Assert.InRange(history.Count, 1, 2);
            Assert.Equal(
                history.Count,
                history.Select(upload => Convert.ToHexString(upload.Sha256)).Distinct().Count()
            );
            (await SignAsync(two, id)).Ok();
            (await SignAsync(one, id)).Ok();
        }
    }

    [Fact]
    public async Task A_new_data_key_of_one_node_is_taken_up_by_the_other_when_it_meets_it()
    {
        var (id, _, _) = await scenario.ActiveAsync();
        (await SignAsync(two, id)).Ok();
        await RotateAsync(one);

        (await SignAsync(two, id)).Ok();
        Assert.Equal(2, two.Folder.Ring.CurrentKeyId);
        await RotateAsync(two);
        (await new Scenario(one).DescribeAsync(id)).Ok();
        Assert.Equal(3, one.Folder.Ring.CurrentKeyId);
    }

    [Fact]
    public async Task Nothing_is_written_under_an_older_data_key_once_there_is_a_newer_one()
    {
        await AddKeyAsync(one);
        Assert.Equal(1, two.Folder.Ring.CurrentKeyId);
        (await two.CallAsync("CreateUser", ("UserName", "alice"))).Ok();
        Assert.Equal(2, two.Folder.Ring.CurrentKeyId);
        Assert.Equal(0, one.Raw("UPDATE users SET revision = revision WHERE mac_key_id = 1"));
    }

    [Fact]
    public async Task A_node_that_cannot_open_the_new_data_key_says_so_and_answers_503()
    {
        var (id, _, _) = await scenario.ActiveAsync();
        (await SignAsync(two, id)).Ok();
        var place = new RootKeyPlace.File(DataFolder.DefaultRootKeyFile(one.DataFolder));
        var next = new RootKeyPlace.File(Path.Combine(one.DataFolder, "next.key"));
        using (var before = FileRootKey.Load(place.Path))
        {
            (await RootKeyRotation.RunAsync(one.Folder.Database, before, next, default, _ => { }, default)).Dispose();
        }

        (await SignAsync(two, id)).Ok();
        using (var now = FileRootKey.Load(next.Path))
        {
            await RotateAsync(one, now);
        }

        (await SignAsync(two, id)).Refused(503, "ServiceUnavailableTemporary");
        Assert.Contains("cannot open", two.Log.Text, StringComparison.Ordinal);
        (await SignAsync(one, id)).Ok();
    }

    [Fact]
    public async Task A_data_key_under_another_root_key_than_the_ring_is_not_added()
    {
        var (id, _, _) = await scenario.ActiveAsync();
        var old = new RootKeyPlace.File(DataFolder.DefaultRootKeyFile(one.DataFolder));
        var next = new RootKeyPlace.File(Path.Combine(one.DataFolder, "next.key"));
        using (var before = FileRootKey.Load(old.Path))
        {
            (await RootKeyRotation.RunAsync(one.Folder.Database, before, next, default, _ => { }, default)).Dispose();
        }

        // The other node was not told, and has the old file still.
        using (var outdated = FileRootKey.Load(old.Path))
        {
            var refusal = await Assert.ThrowsAsync<StartException>(() =>
                new DataKeyRotation(two.Folder, Installation, two.Time).AddKeyAsync(outdated, _ => { }, default)
            );
            Assert.Contains("another root key", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, two.Folder.Ring.CurrentKeyId);
        using (var now = FileRootKey.Load(next.Path))
        {
            var ring = await new KeyRingStore(one.Folder.Database).ListAsync(default);
            KeyRing.Open(now, RingRows.ToKeys(ring)).Dispose();
            await RotateAsync(one, now);
        }

        (await SignAsync(one, id)).Ok();
    }

    [Fact]
    public async Task A_node_that_was_given_the_new_root_key_follows_by_it_and_forgets_the_old_one()
    {
        var place = new RootKeyPlace.File(DataFolder.DefaultRootKeyFile(one.DataFolder));
        var (secret, row) = PassphraseRootKey.Create("a new passphrase"u8);
        using var ring = await RingOfAsync(two, place);
        using var follower = new RingFollower(two.Folder.Database, ring, () => place, kept: null);
        var store = new KeyRingStore(one.Folder.Database);
        using (var before = FileRootKey.Load(place.Path))
        {
            var rows = await store.ListAsync(default);
            var after = KeyRing.Rewrap(before, secret, RingRows.ToKeys(rows)).Select(RingRows.ToRow).ToList();
            var recorded = new RootKeyRow(secret.Id, "passphrase", row);
            Assert.True(await store.RewrapAsync(rows, after, recorded, _ => { }, default));
        }

        await AddKeyAsync(one, secret);

        // 1. The file that it was opened by does not open the new key, nor does an empty passphrase.
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await follower.FollowAsync(default));

        // 2. The root key that the rotation here made does.
        await follower.ExchangeAsync(secret);
        await follower.FollowAsync(default);
        Assert.Equal(2, ring.CurrentKeyId);

        // 3. Exchanged again, it is cleared.
        await follower.ExchangeAsync(null);
        Assert.ThrowsAny<Exception>(() => secret.Wrap("context"u8, new byte[32]));
    }

    [Fact]
    public async Task A_job_is_one_nodes_at_a_time()
    {
        await using (var mine = await one.Folder.Database.TryLockAsync("expiry-notices", default))
        {
            Assert.NotNull(mine);
            Assert.Null(await two.Folder.Database.TryLockAsync("expiry-notices", default));
            await using var other = await two.Folder.Database.TryLockAsync("something-else", default);
            Assert.NotNull(other);
        }

        await using var next = await two.Folder.Database.TryLockAsync("expiry-notices", default);
        Assert.NotNull(next);
        await using var job = await DataKeyRotation.BeginJobAsync(one.Folder.Database, default);
        var refusal = await Assert.ThrowsAsync<StartException>(async () =>
            await DataKeyRotation.BeginJobAsync(two.Folder.Database, default)
        );
        Assert.Contains("Another node rotates", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_has_the_database_to_himself_while_a_node_runs()
    {
        await using (var node = await one.Folder.Database.EnterAsync("node-a", _ => { }, default))
        {
            Assert.Null(await two.Folder.Database.TryLockAloneAsync(default));
        }

        await using var alone = await two.Folder.Database.TryLockAloneAsync(default);
        Assert.NotNull(alone);
    }

    [Fact]
    public async Task A_name_is_one_running_nodes_at_a_time()
    {
        await using var node = await one.Folder.Database.EnterAsync("node-a", _ => { }, default);
        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await two.Folder.Database.EnterAsync("node-a", _ => { }, default)
        );
        Assert.Contains("never copy one", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_node_tells_the_others_hear_and_itself_does_not()
    {
        var heardByOne = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var heardByTwo = System.Threading.Channels.Channel.CreateUnbounded<string>();
        await using var first = await one.Folder.Database.EnterAsync("node-a", heardByOne.Enqueue, default);
        await using var second = await two.Folder.Database.EnterAsync(
            "node-b",
            news => heardByTwo.Writer.TryWrite(news),
            default
        );
        Assert.Equal("", await heardByTwo.Reader.ReadAsync(TestContext.Current.CancellationToken));
        first!.Tell("certificate x");
        Assert.Equal("certificate x", await heardByTwo.Reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain("certificate x", heardByOne);
    }

    [Fact]
    public async Task A_key_is_not_taken_from_memory_when_the_row_holds_another()
    {
        var (id, _, _) = await scenario.ActiveAsync();
        (await SignAsync(two, id)).Ok();
        var row = await two.Parts.Certificates.FindAsync(id, default);
        using var other = Keyhold.Crypto.Keys.PrivateKey.Generate(Keyhold.Crypto.Keys.KeySpec.EcP256);
        var changed = row! with
        {
            Revision = row.Revision + 1,
            SealedPrivateKey = two.Parts.Vault.Seal(new CertificateId(id), other),
        };
        using var lease = two.Parts.Vault.Borrow(new Keyhold.Server.Access.KeyUse(new CertificateId(id)), changed);
        Assert.Equal(
            other.PublicKey.SubjectPublicKeyInfo.ToArray(),
            lease.Key.PublicKey.SubjectPublicKeyInfo.ToArray()
        );
    }

    private static string Allow => Scenario.Statement("Allow", "kms:*", "*");

    private static Task<TestReply> AsAsync(KeyholdUnderTest node, TestUser user) =>
        node.CallAsync(user.AccessKeyId, user.Secret, "ListCertificates");

    private Task<TestReply> SetAccessKeyAsync(TestUser user, string status) =>
        one.CallAsync(
            "UpdateAccessKey",
            ("UserName", user.Name),
            ("UserAccessKeyId", user.AccessKeyId),
            ("Status", status)
        );

    private async Task DetachAsync(string user, string type, string policy) =>
        (
            await one.CallAsync(
                "DetachPolicyFromUser",
                ("UserName", user),
                ("PolicyType", type),
                ("PolicyName", policy)
            )
        ).Ok();

    private static Task<TestReply> SignAsync(KeyholdUnderTest node, string id) =>
        node.CallAsync(
            "CertificatePrivateKeySign",
            ("CertificateId", id),
            ("Algorithm", "ECDSA_SHA_256"),
            ("MessageType", "RAW"),
            ("Message", Scenario.Base64("message"))
        );

    private static async Task<KeyRing> RingOfAsync(KeyholdUnderTest node, RootKeyPlace.File place)
    {
        using var rootKey = FileRootKey.Load(place.Path);
        var rows = await new KeyRingStore(node.Folder.Database).ListAsync(default);
        return KeyRing.Open(rootKey, RingRows.ToKeys(rows));
    }

    private async Task AddKeyAsync(KeyholdUnderTest node, IRootKey? rootKey = null)
    {
        using var file = FileRootKey.Load(DataFolder.DefaultRootKeyFile(one.DataFolder));
        await new DataKeyRotation(node.Folder, Installation, node.Time).AddKeyAsync(rootKey ?? file, _ => { }, default);
    }

    private async Task RotateAsync(KeyholdUnderTest node, IRootKey? rootKey = null)
    {
        await node.Folder.FollowRingAsync(default);
        await AddKeyAsync(node, rootKey);
        var end = await new DataKeyRotation(node.Folder, Installation, node.Time).MoveAllAsync(_ => { }, default);
        Assert.True(end is { IsFinished: true, LeftBehind.Count: 0 }, end.ToString());
    }
}
