using System.Runtime.CompilerServices;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;
using Keyhold.Server.RootKeys;
using Keyhold.Storage;

namespace Keyhold.Server.Control;

/// <summary>
/// Carries out what comes through the control socket: seal, unseal, status and rotations. Everything that was tried goes
/// through <see cref="RecordAsync"/>.
/// </summary>
internal sealed class ControlDesk(SealSwitch seal, SealedFolder folder, RotationDesk rotations, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly PassphraseAttempts attempts = new(time);

    public async IAsyncEnumerable<ControlAnswer> AnswerAsync(
        ControlRequest? request,
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

        var end = await CarryOutAsync(request, stop);
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

    private async Task<ControlAnswer> CarryOutAsync(ControlRequest request, CancellationToken stop)
    {
        try
        {
            var note = await RunAsync(request, stop);
            await RecordAsync(request.Command, failure: null);
            return Now with { Note = note };
        }
        catch (Exception refused)
            when (refused
                    is StartException
                        or WrongPassphraseException
                        or RootKeyException
                        or SealException
                        or StorageUnavailableException
            )
        {
            await RecordAsync(request.Command, refused.Message);
            return Now with { Failure = refused.Message };
        }
    }

    private async Task<string?> RunAsync(ControlRequest request, CancellationToken stop)
    {
        switch (request.Command)
        {
            case ControlCommand.Seal:
                return await seal.SealAsync() switch
                {
                    SealOutcome.Sealed => "The server is sealed: its keys are no longer in memory.",
                    SealOutcome.WasSealed => "The server was sealed already.",
                    _ => "The server is sealed, but requests still run: its keys leave the memory when they end.",
                };
            case ControlCommand.Unseal:
                return await attempts.TryAsync(() => UnsealAsync(request, stop), stop);
            case ControlCommand.RotateDataKey:
                return await attempts.TryAsync(() => BeginDataKeyAsync(request, stop), stop);
            case ControlCommand.RotateRootKey:
                return await attempts.TryAsync(() => ChangeRootKeyAsync(request, stop), stop);
            default:
                return null;
        }
    }

    private async Task<string> UnsealAsync(ControlRequest request, CancellationToken stop)
    {
        if (!await seal.UnsealAsync(request.Passphrase, stop))
        {
            return "The server was unsealed already.";
        }

        await rotations.ResumeAsync(stop);
        return "The server is unsealed.";
    }

    private async Task<string> BeginDataKeyAsync(ControlRequest request, CancellationToken stop) =>
        await rotations.BeginDataKeyAsync(request.Passphrase, stop)
            ? "A new data key is in use."
            : "The rotation that was begun before goes on.";

    private async Task<string> ChangeRootKeyAsync(ControlRequest request, CancellationToken stop)
    {
        var before = folder.RootKey;
        var to = RootKeyPlace.Parse(request.To ?? "");
        var id = await rotations.ChangeRootKeyAsync(to, request.Passphrase, request.NewPassphrase, stop);
        return RootKeyChange.Tell(before, to, id);
    }

    /// <summary>Where everything that was tried through the socket is put on record: who owns the folder did it.</summary>
    private Task RecordAsync(ControlCommand command, string? failure) =>
        command is ControlCommand.Status
            ? Task.CompletedTask
            : folder.Trail.RecordIfPossibleAsync(
                CommandEvent.Of(command.ToString()) with
                {
                    Error = failure is null ? null : ("Refused", failure),
                }
            );
}
