using System.Text.Json;
using Keyhold.Cli.Api;

namespace Keyhold.Cli.Commands.AccessKeys;

/// <summary>The access keys of a running server, through operations of its API.</summary>
internal sealed class RunningServer(ApiClient client) : IAccessKeyPlace
{
    public async Task<AccessKeyAnswer> CreateAsync(CancellationToken stop)
    {
        var answer = await client.CallAsync("CreateAccessKey", [], stop).ConfigureAwait(false);
        return answer.Fields.TryGetProperty("AccessKey", out var key)
            ? new AccessKeyAnswer([Read(key)], answer.Body)
            : throw new UnreachableException("The server's answer has no field AccessKey: is it a Keyhold server?");
    }

    public async Task<AccessKeyAnswer> ListAsync(CancellationToken stop)
    {
        var answer = await client.CallAsync("ListAccessKeys", [], stop).ConfigureAwait(false);
        return new AccessKeyAnswer([.. answer.Objects("AccessKeys", "AccessKey").Select(Read)], answer.Body);
    }

    public Task<AccessKeyAnswer> SetEnabledAsync(string accessKeyId, bool enabled, CancellationToken stop) =>
        ChangeAsync("UpdateAccessKey", accessKeyId, enabled ? "Active" : "Inactive", stop);

    public Task<AccessKeyAnswer> DeleteAsync(string accessKeyId, CancellationToken stop) =>
        ChangeAsync("DeleteAccessKey", accessKeyId, status: null, stop);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<AccessKeyAnswer> ChangeAsync(
        string action,
        string accessKeyId,
        string? status,
        CancellationToken stop
    )
    {
        var parameters = new List<KeyValuePair<string, string>> { new("UserAccessKeyId", accessKeyId) };
        if (status is not null)
        {
            parameters.Add(new("Status", status));
        }

        return new AccessKeyAnswer([], (await client.CallAsync(action, parameters, stop).ConfigureAwait(false)).Body);
    }

    private static AccessKeyItem Read(JsonElement key) =>
        new(
            ApiAnswer.TextOf(key, "AccessKeyId") ?? "",
            ApiAnswer.TextOf(key, "Status") ?? "",
            ApiAnswer.TextOf(key, "CreateDate") ?? "",
            ApiAnswer.TextOf(key, "AccessKeySecret")
        );
}
