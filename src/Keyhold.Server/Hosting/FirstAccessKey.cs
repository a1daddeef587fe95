using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Audit;

namespace Keyhold.Server.Hosting;

/// <summary>Sees to it that somebody can sign a first request.</summary>
internal static class FirstAccessKey
{
    /// <summary>
    /// Adds the key that the user chose when it is not there yet, or makes one when there is none at all.
    /// Null when nothing had to be done.
    /// </summary>
    public static async ValueTask<(InitialAccessKey? Key, bool Generated)> EnsureAsync(
        OpenedFolder folder,
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var accessKeys = folder.AccessKeysOf(new Installation(options.Region, options.AccountId), time);
        var owner = Principal.RootOf(options.AccountId);
        var command = CommandEvent.Of("AddFirstAccessKey") with { RequestId = RequestId.New() };
        using var intent = folder.Trail.BeginIntent(command);
        if (options.InitialAccessKey is { } chosen)
        {
            var added = await accessKeys.AddAsync(chosen.AccessKeyId, chosen.Secret, owner, stop);
            if (added is not null)
            {
                await folder.Trail.RecordAsync(About(command, chosen.AccessKeyId), intent);
            }

            return (added is null ? null : chosen, Generated: false);
        }

        if ((await accessKeys.ListAsync(stop)).Count > 0)
        {
            return (null, Generated: false);
        }

        var (row, secret) = await accessKeys.CreateAsync(owner, stop);
        await folder.Trail.RecordAsync(About(command, row.AccessKeyId), intent);
        return (new InitialAccessKey(row.AccessKeyId, secret), Generated: true);
    }

    private static CommandEvent About(CommandEvent command, string accessKeyId) =>
        command with
        {
            Resource = CommandEvent.AccessKey(accessKeyId),
        };
}
