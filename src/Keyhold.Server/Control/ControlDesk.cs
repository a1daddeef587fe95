using System.Runtime.CompilerServices;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.Backups;
using Keyhold.Server.Hosting;
using Keyhold.Server.RootKeys;
using Keyhold.Storage;

namespace Keyhold.Server.Control;

/// <summary>
/// Carries out what comes through the control socket: seal, unseal, status and rotations. Everything that was tried is
/// put on record.
/// </summary>
internal sealed class ControlDesk(SealSwitch seal, SealedFolder folder, RotationDesk rotations, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly PassphraseAttempts attempts = new(time);

    public async IAsyncEnumerable<ControlAnswer> AnswerAsync(
        ControlRequest? request,
        OperatingSystemUser actor,
        [EnumeratorCancellation] CancellationToken stop
    )
    {
        if (request is null)
        {
            yield return Now with
            {
                Failure =
                    "This is not a request that this version of Keyhold knows. Use the keyhold program it was started with.",
            };
            yield break;
        }

        var end = await CarryOutAsync(request, actor, stop);
        if (end.Failure is null && request.Command is ControlCommand.RotateDataKey)
        {
            var moving = rotations.Moving;
            while (!moving.IsCompleted)
            {
                yield return Now with
                {
                    IsEnd = false,
                };
                await Task.WhenAny(moving, Task.Delay(ProgressInterval, time, stop));
            }

            end = Now with { Note = end.Note, Failure = FailureOf(rotations.Progress) };
        }

        yield return end;
    }

    public void Dispose() => attempts.Dispose();

    private ControlAnswer Now
    {
        get
        {
            using var use = seal.TryUse();
            return new ControlAnswer
            {
                IsSealed = use is null,
                RootKeyProvider = folder.RootKey.Provider,
                RootKeyPlace = folder.RootKey.Text,
                DataKeyId = use?.Folder.Ring.CurrentKeyId,
                Rotation = rotations.Progress,
            };
        }
    }

    private static string? FailureOf(RotationProgress? progress) =>
        progress is { IsFinished: true }
            ? null
            : progress?.Failure ?? "The server was sealed before anything was moved; it goes on when it is unsealed.";

    private async Task<ControlAnswer> CarryOutAsync(
        ControlRequest request,
        OperatingSystemUser actor,
        CancellationToken stop
    )
    {
        try
        {
            var note = request.Command switch
            {
                ControlCommand.Status => null,
                ControlCommand.Seal => await RecordedAsync(request.Command, actor, SealAsync),
                ControlCommand.Unseal => await RecordedAsync(
                    request.Command,
                    actor,
                    _ => attempts.TryAsync(() => UnsealAsync(request, stop), stop)
                ),
                ControlCommand.RotateDataKey => await RecordedRotation.RunAsync(
                    folder.Trail,
                    CommandEvent.Of(nameof(ControlCommand.RotateDataKey)) with
                    {
                        Actor = actor,
                    },
                    parameters => attempts.TryAsync(() => BeginDataKeyAsync(request, parameters, stop), stop)
                ),
                ControlCommand.RotateRootKey => await RecordedRotation.RunAsync(
                    folder.Trail,
                    CommandEvent.Of(nameof(ControlCommand.RotateRootKey), ("to", PlaceIn(request))) with
                    {
                        Actor = actor,
                    },
                    parameters => attempts.TryAsync(() => ChangeRootKeyAsync(request, parameters, stop), stop)
                ),
                ControlCommand.RecordExport => await RecordExportAsync(request, actor),
                ControlCommand.RecordBackup => await RecordBackupAsync(request, actor),
                _ => throw new InvalidOperationException($"Nothing carries out {request.Command}."),
            };
            return Now with { Note = note };
        }
        catch (Exception refused)
            when (refused
                    is StartException
                        or WrongPassphraseException
                        or RootKeyException
                        or SealException
                        or StorageUnavailableException
                        or RowTamperedException
                        or AuditUnavailableException
            )
        {
            return Now with { Failure = refused.Message };
        }
    }

    /// <summary>A backup is made beside the server, which holds the trail.</summary>
    private async Task<string?> RecordBackupAsync(ControlRequest request, OperatingSystemUser actor)
    {
        await folder.Trail.RecordAsync(BackupEvent.Of(request.Facts) with { Actor = actor });
        return "The backup is on record.";
    }

    private async Task<string?> SealAsync(List<(string Name, string Value)> parameters)
    {
        var outcome = await seal.SealAsync();
        parameters.Add(("outcome", $"{outcome}"));
        return outcome switch
        {
            SealOutcome.Sealed => "The server is sealed: its keys are no longer in memory.",
            SealOutcome.WasSealed => "The server was sealed already.",
            _ => "The server is sealed, but requests still run: its keys leave the memory when they end.",
        };
    }

    private async Task<string?> UnsealAsync(ControlRequest request, CancellationToken stop)
    {
        if (!await seal.UnsealAsync(request.Passphrase, stop))
        {
            return "The server was unsealed already.";
        }

        await rotations.ResumeAsync(stop);
        return "The server is unsealed.";
    }

    private async Task<string?> BeginDataKeyAsync(
        ControlRequest request,
        List<(string Name, string Value)> parameters,
        CancellationToken stop
    )
    {
        if (
            await rotations.BeginDataKeyAsync(
                request.Passphrase,
                made => parameters.Add(("dataKeyId", $"{made}")),
                stop
            )
        )
        {
            return "A new data key is in use.";
        }

        if (Now.DataKeyId is { } current)
        {
            parameters.Add(("dataKeyId", $"{current}"));
        }

        return "The rotation that was begun before goes on.";
    }

    private async Task<string?> ChangeRootKeyAsync(
        ControlRequest request,
        List<(string Name, string Value)> parameters,
        CancellationToken stop
    )
    {
        var before = folder.RootKey;
        var to = RootKeyPlace.Parse(request.To ?? "");
        var id = await rotations.ChangeRootKeyAsync(
            to,
            request.Passphrase,
            request.NewPassphrase,
            made => parameters.Add(("rootKeyId", made)),
            stop
        );
        return RootKeyChange.Tell(before, to, id);
    }

    /// <summary>The program has copied segments itself, with the rights of who runs it; the trail is the server's to write.</summary>
    private async Task<string?> RecordExportAsync(ControlRequest request, OperatingSystemUser actor)
    {
        await folder.Trail.RecordAsync(
            TrailExport.EventOf(request.To ?? "", request.Segments ?? "", request.Failure) with
            {
                Actor = actor,
            }
        );
        return null;
    }

    /// <summary>For the event. What is no place may hold a secret, such as a PIN, and is not repeated.</summary>
    private static string PlaceIn(ControlRequest request)
    {
        try
        {
            return RootKeyPlace.Parse(request.To ?? "").Text;
        }
        catch (RootKeyException)
        {
            return "";
        }
    }

    /// <summary>
    /// Puts on record what came of it: who owns the folder did it. A trail that cannot be written must not keep anybody
    /// from sealing.
    /// </summary>
    private Task<string?> RecordedAsync(
        ControlCommand command,
        OperatingSystemUser actor,
        Func<List<(string Name, string Value)>, Task<string?>> work
    ) =>
        RecordedWork.RunAsync(
            CommandEvent.Of($"{command}") with
            {
                Actor = actor,
            },
            work,
            folder.Trail.RecordIfPossibleAsync
        );
}
