using System.Text;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Storage;
using Keyhold.Server.Vault;
using Keyhold.Storage.Accounts;
using Keyhold.Storage.Audit;
using Keyhold.Storage.KeyRings;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Hosting;

/// <summary>Nodes with a folder each and one PostgreSQL database.</summary>
public sealed class SharedDatabaseTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-shared-test-");
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private string connectionString = "";

    public async ValueTask InitializeAsync() => connectionString = await SharedPostgres.CreateEmptyAsync();

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_further_node_needs_a_new_folder_the_connection_string_and_the_root_key()
    {
        var made = await InitializeAsync("one");
        await using var one = await OpenAsync(Node("one"));
        await using var two = await OpenAsync(Node("two"));

        var keys = new AccessKeyStore(two.Database, new RowAuthenticator(two.Ring));
        Assert.Equal(made.AccessKey.AccessKeyId, Assert.Single(await keys.ListAsync(default)).AccessKeyId);
        Assert.False(File.Exists(PathOf("one", "keyhold.db")) || File.Exists(PathOf("two", "keyhold.db")));
        Assert.NotEqual(one.Trail.Node, two.Trail.Node);
        Assert.NotEqual(one.Trail.KeyFingerprint, two.Trail.KeyFingerprint);
    }

    [Fact]
    public async Task A_node_keeps_its_name_and_its_chain()
    {
        await InitializeAsync("one");
        string name;
        await using (var first = await OpenAsync(Node("one")))
        {
            name = first.Trail.Node;
            await first.Trail.RecordAsync(CommandEvent.Of("Before"));
        }

        await using (var again = await OpenAsync(Node("one")))
        {
            Assert.Equal(name, again.Trail.Node);
            Assert.Null(again.Trail.Damage);
        }

        var anchor = await SharedAnchor.FindAsync(Node("one").DataFolder, Node("one").Database, default);
        var verdict = TrailVerifier.Verify(Node("one").DataFolder, pinned: null, anchor);
        Assert.True(verdict.IsIntact, string.Join('\n', verdict.Findings));
        Assert.True(verdict.SignedSequence == verdict.LastSequence);
    }

    [Fact]
    public async Task A_trail_that_was_cut_is_found_by_what_the_database_knows()
    {
        await InitializeAsync("one");
        var trail = TrailFolder.In(Node("one").DataFolder);
        var segment = trail.Segments()[0].File;
        var lines = await File.ReadAllLinesAsync(segment);
        await File.WriteAllLinesAsync(segment, lines[..^2]);

        var anchor = await SharedAnchor.FindAsync(Node("one").DataFolder, Node("one").Database, default);
        Assert.False(TrailVerifier.Verify(Node("one").DataFolder, pinned: null, anchor).IsIntact);
        await using var opened = await OpenAsync(Node("one"));
        Assert.Contains("damaged", opened.Trail.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_lost_its_name_or_took_another_is_refused()
    {
        await InitializeAsync("one");
        var file = PathOf("one", "node");
        var name = (await File.ReadAllTextAsync(file)).Trim();
        await File.WriteAllTextAsync(file, "node-0123456789abcdef\n");
        await RefusedAsync(Node("one"), name);
        await File.WriteAllTextAsync(file, "../../etc/passwd\n");
        await RefusedAsync(Node("one"), "does not hold the name of a node");
        File.Delete(file);
        await RefusedAsync(Node("one"), name);
    }

    [Fact]
    public async Task A_prepared_database_is_not_prepared_again()
    {
        await InitializeAsync("one");
        var refusal = await Assert.ThrowsAsync<StartException>(() => InitializeAsync("two"));
        Assert.Contains("is prepared already", refusal.Reason, StringComparison.Ordinal);
        Assert.Contains("keyhold serve", refusal.Remedy, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("two", "root.key")));
        await using var one = await OpenAsync(Node("one"));
        Assert.Single(await new KeyRingStore(one.Database).ListAsync(default));
    }

    [Fact]
    public async Task Of_two_that_prepare_one_database_at_once_one_does_it()
    {
        var both = new[] { "one", "two" }.Select(InitializeAsync).ToArray();
        await Task.WhenAny(
            Task.WhenAll(both),
            Task.Delay(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken)
        );
        Assert.All(both, each => Assert.True(each.IsCompleted));
        var failed = Assert.Single(both, each => each.IsFaulted);

        // They meet at the database, or before that at the root key's file.
        Assert.Matches(
            "is prepared already|There is already something at",
            Assert.IsType<StartException>(failed.Exception!.InnerException).Message
        );
        var node = both[0].IsFaulted ? "two" : "one";
        await using var opened = await OpenAsync(Node(node));
        Assert.Single(await new KeyRingStore(opened.Database).ListAsync(default));
    }

    [Fact]
    public async Task A_database_that_nobody_prepared_is_refused_with_the_remedy()
    {
        await RefusedAsync(Node("one"), "keyhold database migrate");
        await DataFolder.MigrateAsync(Node("one"), time, default);
        await RefusedAsync(Node("one"), "keyhold init");
        await InitializeAsync("one");
    }

    [Fact]
    public async Task A_folder_with_a_database_of_its_own_is_no_place_for_a_new_shared_one()
    {
        await DataFolder.InitializeAsync(Node("one") with { Database = DatabasePlace.InDataFolder }, time, default);
        var refusal = await Assert.ThrowsAsync<StartException>(() => InitializeAsync("one"));
        Assert.Contains("keyhold.db", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passphrase_opens_every_node()
    {
        var options = WithPassphrase(Node("one"), "correct horse battery staple");
        await DataFolder.InitializeAsync(options, time, default);
        await using var one = await OpenAsync(WithPassphrase(Node("one"), "correct horse battery staple"));
        await using var two = await OpenAsync(
            WithPassphrase(Node("two"), "correct horse battery staple") with
            {
                RootKey = null,
            }
        );
        Assert.Equal(one.RootKeyId, two.RootKeyId);
        await Assert.ThrowsAnyAsync<Exception>(() => OpenAsync(WithPassphrase(Node("three"), "another one, wrong")));
    }

    [Fact]
    public async Task A_node_without_the_root_key_or_with_another_does_not_start()
    {
        await InitializeAsync("one");
        await RefusedAsync(Node("two") with { RootKey = null }, "--root-key");
        var other = new RootKeyPlace.File(PathOf("", "other.key"));
        FileRootKey.Create(other.Path).Dispose();
        await RefusedAsync(Node("two") with { RootKey = other }, "--root-key");
        await RefusedAsync(Node("two") with { AccountId = "2000000000000002" }, "belongs to account");
    }

    [Fact]
    public async Task A_folder_is_one_nodes()
    {
        await InitializeAsync("one");
        await using var one = await OpenAsync(Node("one"));
        await RefusedAsync(Node("one"), "in use by another Keyhold process");
    }

    [Fact]
    public async Task Only_its_own_lost_events_are_made_up_for_at_a_nodes_start()
    {
        await InitializeAsync("one");
        await using (var one = await OpenAsync(Node("one")))
        {
            // As if the process ended between the commit and the event.
            using (AuditIntent.Begin("lost", one.Trail.Node, time.GetUtcNow(), _ => Event("lost")))
            {
                await one.IntendingDatabase.WriteAsync((_, _) => new ValueTask<int>(0), default);
            }
        }

        await using (var two = await OpenAsync(Node("two")))
        {
            Assert.DoesNotContain("lost", TrailOf("two"), StringComparison.Ordinal);
        }

        await using (var one = await OpenAsync(Node("one")))
        {
            Assert.Contains("\"requestId\":\"lost\"", TrailOf("one"), StringComparison.Ordinal);
            Assert.Contains("\"answer\":\"unknown\"", TrailOf("one"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_password_shows_nowhere()
    {
        const string canary = "canary-7c1d";
        var options = Node("one") with
        {
            Database = DatabasePlace.Parse($"Host=127.0.0.1;Port=1;Database=kh;Username=u;Password={canary}"),
        };
        var refusal = await Assert.ThrowsAsync<StartException>(() => OpenAsync(options));
        Assert.Contains("kh at 127.0.0.1 (port 1)", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(canary, $"{refusal}{options}{options.Database}", StringComparison.Ordinal);
        var unreadable = Assert.Throws<StartException>(() =>
            DatabasePlace.Parse($"Host=a;Database=b;Pasword={canary}")
        );
        Assert.True(unreadable.IsUsage);
        Assert.DoesNotContain(canary, $"{unreadable}", StringComparison.Ordinal);
    }

    private static byte[] Event(string id) =>
        Encoding.UTF8.GetBytes(
            $",\"eventType\":\"ApiCall\",\"eventName\":\"Lost\",\"eventTime\":\"2026-11-24T12:00:00.000Z\",\"requestId\":\"{id}\""
        );

    private string TrailOf(string node) =>
        string.Concat(
            TrailFolder
                .In(Node(node).DataFolder)
                .Segments()
                .Select(segment =>
                {
                    using var stream = new FileStream(
                        segment.File,
                        FileMode.Open,
                        FileAccess.Read,
                        FileShare.ReadWrite
                    );
                    using var reader = new StreamReader(stream);
                    return reader.ReadToEnd();
                })
        );

    private async Task RefusedAsync(ServerOptions options, string words)
    {
        var refusal = await Assert.ThrowsAsync<StartException>(() => OpenAsync(options));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private static ServerOptions WithPassphrase(ServerOptions options, string passphrase) =>
        options with
        {
            RootKey = new RootKeyPlace.Passphrase(),
            AskPassphrase = _ => Encoding.UTF8.GetBytes(passphrase),
        };

    private string PathOf(string node, string file) => Path.Combine(folder.FullName, node, file);

    private ServerOptions Node(string name) =>
        new()
        {
            DataFolder = Path.Combine(folder.FullName, name),
            Database = DatabasePlace.Parse(connectionString),
            RootKey = new RootKeyPlace.File(Path.Combine(folder.FullName, "root.key")),
        };

    private Task<InitResult> InitializeAsync(string name) => DataFolder.InitializeAsync(Node(name), time, default);

    private async Task<OpenedFolder> OpenAsync(ServerOptions options) =>
        await DataFolder.OpenAsync(options, time, default);
}
