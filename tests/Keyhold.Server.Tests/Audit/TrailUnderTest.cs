using Keyhold.Crypto.Keys;
using Keyhold.Server.Audit;
using Keyhold.Server.Tests.Storage;
using Keyhold.Storage.Audit;
using Keyhold.Storage.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Audit;

/// <summary>A data folder with a trail, and the ways in which it stops: in order, or by a crash.</summary>
internal sealed class TrailUnderTest : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly byte[] keyMaterial;
    private SqliteDatabase? database;
    private AuditTrail? trail;

    private TrailUnderTest(string dataFolder, byte[] keyMaterial)
    {
        DataFolder = dataFolder;
        this.keyMaterial = keyMaterial;
    }

    public string DataFolder { get; }

    public string AuditFolder => Path.Combine(DataFolder, "audit");

    public FakeTimeProvider Time { get; } = new(Now);

    public AuditOptions Options { get; set; } = new() { Durability = AuditDurability.Process };

    public AuditTrail Trail => trail!;

    public AuditIntentStore Intents => new(database!, new TestRowAuthenticator());

    public SqliteDatabase Database => database!;

    public IReadOnlyList<string> Segments => [.. TrailFolder.In(DataFolder).Segments().Select(segment => segment.File)];

    /// <summary>A trail that is open and unsealed.</summary>
    public static async Task<TrailUnderTest> OpenedAsync(AuditOptions? options = null)
    {
        var test = Unopened();
        test.Options = options ?? test.Options;
        await test.OpenAsync();
        return test;
    }

    public static TrailUnderTest Unopened()
    {
        using var key = PrivateKey.Generate(KeySpec.EcP256);
        return new TrailUnderTest(TemporaryDatabase.CreateFolder(), key.ExportPkcs8());
    }

    /// <summary>A trail with so many events that was stopped in order.</summary>
    public static async Task<TrailUnderTest> StoppedAsync(int events, AuditOptions? options = null)
    {
        var test = await OpenedAsync(options);
        await test.RecordAsync(events);
        await test.StopAsync();
        return test;
    }

    public async Task OpenAsync(bool unseal = true)
    {
        database = await SqliteDatabase.OpenAsync(Path.Combine(DataFolder, "keyhold.db"), migrate: true, default);
        trail = await AuditTrail.OpenAsync(DataFolder, database, Options, Time, default);
        if (unseal)
        {
            await UnsealAsync();
        }
    }

    public async Task UnsealAsync()
    {
        await AddKeyAsync();
        var key = PrivateKey.FromPkcs8(keyMaterial);
        Assert.True(await trail!.UnsealAsync(new AuditKey(key), Intents, default));
        await Keys.NoteFirstCheckpointAsync(NodeName.First, default);
    }

    /// <summary>The key's row, which stands in the database before the key has signed.</summary>
    public async Task AddKeyAsync()
    {
        using var key = PrivateKey.FromPkcs8(keyMaterial);
        await Keys.AddAsync(
            new AuditKeyRow(NodeName.First, key.PublicKey.SubjectPublicKeyInfo.ToArray(), [1], Now, 1),
            default
        );
    }

    public async Task FindKeyAsync() => await Keys.FindAsync(NodeName.First, default);

    private AuditKeyStore Keys => new(database!, new TestRowAuthenticator());

    public async Task RecordAsync(int events)
    {
        for (var i = 0; i < events; i++)
        {
            await RecordAsync($"Event{i}");
        }
    }

    public Task RecordAsync(string name) => Trail.RecordAsync(CommandEvent.Of(name));

    public async Task StopAsync()
    {
        if (trail is not null)
        {
            await trail.DisposeAsync();
            await database!.DisposeAsync();
            trail = null;
        }
    }

    /// <summary>The folder as a crash at this moment would leave it; this one runs on.</summary>
    public TrailUnderTest AsAfterACrash()
    {
        var copy = new TrailUnderTest(TemporaryDatabase.CreateFolder(), keyMaterial) { Options = Options };
        copy.Time.SetUtcNow(Time.GetUtcNow());
        foreach (var file in Directory.GetFiles(DataFolder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.DataFolder, Path.GetRelativePath(DataFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (!file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal))
            {
                using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var written = new FileStream(target, FileMode.CreateNew);
                source.CopyTo(written);
            }
        }

        return copy;
    }

    public TrailVerdict Verify(string? pinned = null) => TrailVerifier.Verify(DataFolder, pinned);

    /// <summary>Verifies that the trail is intact, and gives the verdict.</summary>
    public TrailVerdict Intact(string? pinned = null)
    {
        var verdict = Verify(pinned);
        Assert.True(verdict.IsIntact, string.Join('\n', verdict.Findings));
        return verdict;
    }

    /// <summary>Verifies that tampering is found, at this place and in these words.</summary>
    public void Tampered(string words, long? sequence = null)
    {
        var verdict = Verify();
        Assert.Contains(
            verdict.Findings,
            finding =>
                finding.Reason.Contains(words, StringComparison.Ordinal)
                && (sequence is null || finding.Sequence == sequence)
        );
    }

    /// <summary>Every event of the trail, those of the trail itself too.</summary>
    public IReadOnlyList<TrailEvent> Events() =>
        TrailQuery.Run(DataFolder, new TrailFilter { WithControl = true }, int.MaxValue).Events;

    public string[] LinesOf(int segment) => File.ReadAllText(Segments[segment]).TrimEnd('\n').Split('\n');

    /// <summary>Changes a segment as somebody with an editor would.</summary>
    public void Edit(int segment, Func<List<string>, IEnumerable<string>> change)
    {
        var changed = change([.. LinesOf(segment)]);
        File.WriteAllText(Segments[segment], string.Concat(changed.Select(line => line + "\n")));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(DataFolder, recursive: true);
    }
}
