using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.Control;
using Keyhold.Server.Hosting;
using Keyhold.Server.Metrics;
using Keyhold.Server.RootKeys;
using Keyhold.Server.Tests.Storage;
using Keyhold.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keyhold.Server.Tests.Hosting;

/// <summary>Sealing that takes its time, and unsealing that fails on its way.</summary>
public sealed class SlowSealTests : IDisposable
{
    private static readonly Installation Installation = new(
        ServerOptions.DefaultRegion,
        ServerOptions.DefaultAccountId
    );

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-slow-seal-test-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Nothing_is_opened_beside_what_still_runs_and_the_trail_is_signed_after_it()
    {
        await using var sealedFolder = await OpenAsync();
        await using var seal = SwitchOf(sealedFolder, PartsOf);
        Assert.True(await seal.UnsealAsync(default, default));
        var use = seal.TryUse();

        Assert.Equal(SealOutcome.StillRunning, await seal.SealAsync());
        Assert.Equal(SealOutcome.StillRunning, await seal.SealAsync());
        var refusal = await Assert.ThrowsAsync<StartException>(() => seal.UnsealAsync(default, default));
        Assert.Contains("still being sealed", refusal.Message, StringComparison.Ordinal);
        Assert.True(seal.IsSealed);
        Assert.False(seal.Gone.IsCompleted);

        use!.Dispose();
        await seal.Gone;
        Assert.Null(sealedFolder.Trail.KeyFingerprint);
        Assert.Equal(SealOutcome.Sealed, await seal.SealAsync());
        Assert.Equal(SealOutcome.WasSealed, await seal.SealAsync());
        Assert.True(await seal.UnsealAsync(default, default));
        Assert.NotNull(sealedFolder.Trail.KeyFingerprint);
    }

    [Fact]
    public async Task An_unsealing_that_fails_on_its_way_leaves_no_key_behind()
    {
        KeyRing? ring = null;
        await using var sealedFolder = await OpenAsync();
        await using var seal = SwitchOf(
            sealedFolder,
            opened =>
            {
                ring = opened.Ring;
                throw new StorageUnavailableException("The disk is full.");
            }
        );

        await Assert.ThrowsAsync<StorageUnavailableException>(() => seal.UnsealAsync(default, default));
        Assert.True(seal.IsSealed);
        Assert.Null(sealedFolder.Trail.KeyFingerprint);
        Assert.Throws<ObjectDisposedException>(() => ring!.Seal(new SealContext("p", "o", "r"), [1]));
    }

    [Fact]
    public async Task A_tampered_audit_key_is_answered_and_recorded()
    {
        await (await DataFolder.OpenAsync(Options, TimeProvider.System, default)).DisposeAsync();
        TemporaryDatabase.Raw(Path.Combine(folder.FullName, "keyhold.db"), "UPDATE audit_keys SET created_at = 1");
        await using (var sealedFolder = await OpenAsync())
        await using (var seal = SwitchOf(sealedFolder, PartsOf))
        {
            var rotations = new RotationDesk(
                seal,
                sealedFolder,
                Installation,
                NullLogger.Instance,
                TimeProvider.System
            );
            using var desk = new ControlDesk(seal, sealedFolder, rotations, TimeProvider.System);
            using var request = new ControlRequest { Command = ControlCommand.Unseal };
            await foreach (var answer in desk.AnswerAsync(request, OperatingSystemUser.OfThisProcess(), default))
            {
                Assert.Contains("audit_keys", answer.Failure, StringComparison.Ordinal);
                Assert.True(answer.IsSealed);
            }

            Assert.Null(sealedFolder.Trail.KeyFingerprint);
        }

        var (events, _) = TrailQuery.Run(folder.FullName, new TrailFilter(), 1);
        Assert.True(
            events is [{ Name: "Unseal", ErrorCode: "Refused" }],
            string.Join(", ", events.Select(each => each.Json))
        );
    }

    private ServerOptions Options => new() { DataFolder = folder.FullName, Dev = true };

    private ValueTask<SealedFolder> OpenAsync() => SealedFolder.OpenAsync(Options, TimeProvider.System, default);

    private static SealSwitch SwitchOf(SealedFolder folder, Func<OpenedFolder, Parts> assemble) =>
        new(folder, (opened, _) => ValueTask.FromResult(assemble(opened)), TimeSpan.FromMilliseconds(50));

    private static Parts PartsOf(OpenedFolder opened) =>
        new(opened, Installation, JudgementOptions.Default, new Instruments(NullLogger.Instance), TimeProvider.System);
}
