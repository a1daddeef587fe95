using Keyhold.Protocol.Rpc;
using Keyhold.Server.Audit;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.RootKeys;

/// <summary>
/// Puts a rotation on record, however it ends: nothing is begun while the trail cannot be written, what is changed is
/// committed with an intent that names it, and the event says what came of it.
/// </summary>
internal static class RecordedRotation
{
    /// <summary>
    /// The work adds to the event's parameters what it finds out; what it adds before it changes anything is in the
    /// intent as well. Its own exceptions pass.
    /// </summary>
    public static async Task<T> RunAsync<T>(
        AuditTrail trail,
        CommandEvent asked,
        Func<List<(string Name, string Value)>, Task<T>> work
    )
    {
        await trail.RequireWritableAsync();
        var command = asked with { RequestId = RequestId.New() };
        IReadOnlyList<(string Name, string Value)> known = command.Parameters;
        using var intent = trail.BeginIntent(command.RequestId, () => command with { Parameters = [.. known] });
        return await RecordedWork.RunAsync(
            command,
            parameters =>
            {
                known = parameters;
                return work(parameters);
            },
            done => RecordAsync(trail, done, intent)
        );
    }

    private static async Task RecordAsync(AuditTrail trail, CommandEvent done, AuditIntent intent)
    {
        try
        {
            await trail.RecordAsync(done, intent);
        }
        catch (AuditUnavailableException) when (intent.IsCommitted)
        {
            // The change stands, and who made it must hear where the root key is now; its intent makes up for the event.
            trail.Owe(intent.RequestId);
        }
        catch (AuditUnavailableException) when (done.Error is not null)
        {
            // Nothing was changed, and the reason of the refusal is worth more than this one.
        }
    }
}
