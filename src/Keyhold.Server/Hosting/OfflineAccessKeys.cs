using Keyhold.Protocol;
using Keyhold.Server.Access;
using Keyhold.Server.Audit;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Hosting;

/// <summary>The access keys of a data folder whose server is stopped: the way back in when no key is left.</summary>
public sealed class OfflineAccessKeys : IAsyncDisposable
{
    private readonly OpenedFolder folder;
    private readonly AccessKeys accessKeys;
    private readonly string owner;

    private OfflineAccessKeys(OpenedFolder folder, ServerOptions options, TimeProvider time)
    {
        this.folder = folder;
        accessKeys = folder.AccessKeysOf(new Installation(options.Region, options.AccountId), time);
        owner = Principal.RootOf(options.AccountId);
    }

    /// <summary>Opens and locks the folder; <see cref="StartException"/> when a server uses it.</summary>
    public static async Task<OfflineAccessKeys> OpenAsync(
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    ) => new(await DataFolder.OpenAsync(options with { Dev = false }, time, stop), options, time);

    /// <summary>Makes a key. Its secret is in the result and nowhere else.</summary>
    public async Task<InitialAccessKey> CreateAsync(CancellationToken stop)
    {
        var (row, secret) = await accessKeys.CreateAsync(owner, stop);
        await RecordAsync("CreateAccessKey", row.AccessKeyId, found: true);
        return new InitialAccessKey(row.AccessKeyId, secret);
    }

    public async Task<IReadOnlyList<OfflineAccessKey>> ListAsync(CancellationToken stop)
    {
        await folder.Trail.RecordAsync(CommandEvent.Of("ListAccessKeys"));
        return [.. (await accessKeys.ListAsync(stop)).Select(Tell)];
    }

    /// <summary>False when there is no such key.</summary>
    public async Task<bool> SetEnabledAsync(string accessKeyId, bool enabled, CancellationToken stop)
    {
        var status = enabled ? AccessKeyStatus.Active : AccessKeyStatus.Inactive;
        var found = await accessKeys.SetStatusAsync(accessKeyId, status, stop);
        await RecordAsync("UpdateAccessKey", accessKeyId, found, ("Status", status));
        return found;
    }

    /// <summary>False when there is no such key.</summary>
    public async Task<bool> DeleteAsync(string accessKeyId, CancellationToken stop)
    {
        var found = await accessKeys.DeleteAsync(accessKeyId, stop);
        await RecordAsync("DeleteAccessKey", accessKeyId, found);
        return found;
    }

    public ValueTask DisposeAsync() => folder.DisposeAsync();

    private Task RecordAsync(
        string name,
        string accessKeyId,
        bool found,
        params (string Name, string Value)[] parameters
    ) =>
        folder.Trail.RecordAsync(
            CommandEvent.Of(name, parameters) with
            {
                Resource = CommandEvent.AccessKey(accessKeyId),
                Error = found
                    ? null
                    : (ErrorCodes.EntityNotExistAccessKey.Code, ErrorCodes.EntityNotExistAccessKey.Text),
            }
        );

    private static OfflineAccessKey Tell(AccessKeyRow row) => new(row.AccessKeyId, row.Status, row.CreatedAt);
}
