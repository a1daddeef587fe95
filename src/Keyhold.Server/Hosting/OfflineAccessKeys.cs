using Keyhold.Server.Access;
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
        return new InitialAccessKey(row.AccessKeyId, secret);
    }

    public async Task<IReadOnlyList<OfflineAccessKey>> ListAsync(CancellationToken stop) =>
        [.. (await accessKeys.ListAsync(stop)).Select(Tell)];

    /// <summary>False when there is no such key.</summary>
    public async Task<bool> SetEnabledAsync(string accessKeyId, bool enabled, CancellationToken stop) =>
        await accessKeys.SetStatusAsync(accessKeyId, enabled ? AccessKeyStatus.Active : AccessKeyStatus.Inactive, stop);

    /// <summary>False when there is no such key.</summary>
    public async Task<bool> DeleteAsync(string accessKeyId, CancellationToken stop) =>
        await accessKeys.DeleteAsync(accessKeyId, stop);

    public ValueTask DisposeAsync() => folder.DisposeAsync();

    private static OfflineAccessKey Tell(AccessKeyRow row) => new(row.AccessKeyId, row.Status, row.CreatedAt);
}
