using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.RootKeys;

/// <summary>What the audit trail says of rotations of a stopped folder.</summary>
public sealed class RecordedRotationTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-rotation-test-");

    private string Database => Path.Combine(folder.FullName, "keyhold.db");

    private ServerOptions Options => new() { DataFolder = folder.FullName };

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_new_root_key_is_recorded_with_its_place_and_id_and_with_an_intent()
    {
        await InitializeAsync();
        var place = new RootKeyPlace.File(Path.Combine(folder.FullName, "other.key"));
        await using (var keys = await OpenAsync(Options))
        {
            await keys.RotateRootKeyAsync(place, default, default, default);
        }

        using var made = FileRootKey.Load(place.Path);
        var line = LastLine();
        Assert.Contains("\"RotateRootKey\"", line, StringComparison.Ordinal);
        Assert.Contains(place.Text, line, StringComparison.Ordinal);
        Assert.Contains($"\"rootKeyId\":\"{made.Id}\"", line, StringComparison.Ordinal);
        Assert.Equal(1L, TemporaryDatabase.RawValue(Database, "SELECT COUNT(*) FROM audit_intents"));

        // The next to open the folder finds the event written, and forgets the intent.
        var options = Options with
        {
            RootKey = place,
        };
        await (await DataFolder.OpenAsync(options, TimeProvider.System, default)).DisposeAsync();
        Assert.Equal(0L, TemporaryDatabase.RawValue(Database, "SELECT COUNT(*) FROM audit_intents"));
        Assert.Equal(1, TrailQuery.Run(folder.FullName, new TrailFilter { Action = "RotateRootKey" }, 9).Fitting);
    }

    [Fact]
    public async Task The_event_that_makes_up_for_a_lost_one_names_the_new_root_key()
    {
        await InitializeAsync();
        var place = new RootKeyPlace.File(Path.Combine(folder.FullName, "other.key"));
        await using (var keys = await OpenAsync(Options))
        {
            await keys.RotateRootKeyAsync(place, default, default, default);
        }

        // The change with its intent, and no event: as a kill between the two leaves the folder.
        var segment = Assert.Single(Directory.GetFiles(Path.Combine(folder.FullName, "audit"), "*.jsonl"));
        var lines = await File.ReadAllLinesAsync(segment);
        Assert.Contains("\"RotateRootKey\"", lines[^1], StringComparison.Ordinal);
        await File.WriteAllLinesAsync(segment, lines[..^1]);

        using var made = FileRootKey.Load(place.Path);
        var line = await MadeUpForAsync("RotateRootKey", Options with { RootKey = place });
        Assert.Contains($"\"rootKeyId\":\"{made.Id}\"", line, StringComparison.Ordinal);
        Assert.Contains(place.Text, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_event_that_makes_up_for_a_lost_one_names_the_new_data_key()
    {
        await InitializeAsync();
        var killed = Path.Combine(folder.FullName, "killed");
        await using (var keys = await OpenAsync(Options))
        {
            // The key is stored when progress is first told, and the event is not written yet.
            await keys.RotateDataKeyAsync(default, retire: false, _ => CopyOnce(killed), default);
        }

        var line = await MadeUpForAsync("RotateDataKey", Options with { DataFolder = killed });
        Assert.Contains("\"dataKeyId\":\"2\"", line, StringComparison.Ordinal);
        Assert.Contains("\"retire\":\"false\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_root_key_is_recorded_and_leaves_no_intent()
    {
        await InitializeAsync();
        await using (var keys = await OpenAsync(Options))
        {
            var place = new RootKeyPlace.File("/no/such/folder/root.key");
            await Assert.ThrowsAsync<StartException>(() => keys.RotateRootKeyAsync(place, default, default, default));
        }

        Assert.Contains("\"errorCode\":\"Refused\"", LastLine(), StringComparison.Ordinal);
        Assert.Equal(0L, TemporaryDatabase.RawValue(Database, "SELECT COUNT(*) FROM audit_intents"));
    }

    [Fact]
    public async Task A_rotation_that_cannot_retire_is_recorded_with_its_data_key()
    {
        await InitializeAsync();
        TemporaryDatabase.Raw(Database, "UPDATE access_keys SET created_at = 1");
        await using (var keys = await OpenAsync(Options))
        {
            await Assert.ThrowsAsync<StartException>(() =>
                keys.RotateDataKeyAsync(default, retire: true, _ => { }, default)
            );
        }

        var line = LastLine();
        Assert.Contains("\"RotateDataKey\"", line, StringComparison.Ordinal);
        Assert.Contains("\"dataKeyId\":\"2\"", line, StringComparison.Ordinal);
        Assert.Contains("\"leftBehind\":\"1\"", line, StringComparison.Ordinal);
        Assert.Contains("\"errorCode\":\"Refused\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_does_not_open_is_recorded()
    {
        await InitializeAsync();
        var other = Path.Combine(folder.FullName, "other.key");
        FileRootKey.Create(other).Dispose();
        var options = Options with { RootKey = new RootKeyPlace.File(other) };
        await Assert.ThrowsAsync<StartException>(() => OfflineAccount.OpenAsync(options, TimeProvider.System, default));
        var line = LastLine();
        Assert.Contains("\"OpenFolder\"", line, StringComparison.Ordinal);
        Assert.Contains("does not open this data folder", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_is_refused_while_the_trail_cannot_be_written_and_done_when_it_can()
    {
        await InitializeAsync();
        var place = new RootKeyPlace.File(Path.Combine(folder.FullName, "other.key"));
        var nowhere = new RootKeyPlace.File("/no/such/folder/root.key");
        var audit = Path.Combine(folder.FullName, "audit");
        await using (var keys = await OpenAsync(Options with { Audit = new AuditOptions { SegmentBytes = 1 } }))
        {
            // Every segment ends with its first event, and no other can begin.
            await Assert.ThrowsAsync<StartException>(() => keys.RotateRootKeyAsync(nowhere, default, default, default));
            Directory.Move(audit, audit + "-away");
            await File.WriteAllTextAsync(audit, "in the way");
            await Assert.ThrowsAsync<StartException>(() => keys.RotateRootKeyAsync(nowhere, default, default, default));

            var refusal = await Assert.ThrowsAsync<StartException>(() =>
                keys.RotateRootKeyAsync(place, default, default, default)
            );
            Assert.Contains("audit trail cannot be written", refusal.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(place.Path));

            File.Delete(audit);
            Directory.Move(audit + "-away", audit);
            await keys.RotateRootKeyAsync(place, default, default, default);
        }

        var options = Options with { RootKey = place };
        await (await DataFolder.OpenAsync(options, TimeProvider.System, default)).DisposeAsync();
        Assert.True(TrailVerifier.Verify(folder.FullName, null).IsIntact);
    }

    /// <summary>The folder as a kill at this moment leaves it.</summary>
    private void CopyOnce(string to)
    {
        if (Directory.Exists(to))
        {
            return;
        }

        Directory.CreateDirectory(Path.Combine(to, "audit"));
        foreach (
            var file in Directory
                .GetFiles(folder.FullName)
                .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
        )
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var file in Directory.GetFiles(Path.Combine(folder.FullName, "audit")))
        {
            File.Copy(file, Path.Combine(to, "audit", Path.GetFileName(file)));
        }
    }

    /// <summary>The line of the next start.</summary>
    private static async Task<string> MadeUpForAsync(string action, ServerOptions options)
    {
        await (await DataFolder.OpenAsync(options, TimeProvider.System, default)).DisposeAsync();
        var found = Assert.Single(TrailQuery.Run(options.DataFolder, new TrailFilter { Action = action }, 9).Events);
        Assert.Contains("\"answer\":\"unknown\"", found.Json, StringComparison.Ordinal);
        return found.Json;
    }

    private Task<InitResult> InitializeAsync() => DataFolder.InitializeAsync(Options, TimeProvider.System, default);

    private static Task<OfflineKeys> OpenAsync(ServerOptions options) =>
        OfflineKeys.OpenAsync(options, TimeProvider.System, default);

    private string LastLine() => TrailQuery.Run(folder.FullName, new TrailFilter(), 1).Events[^1].Json;
}
