using System.Globalization;
using System.Text.Json;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands.AccessKeys;

/// <summary>The access keys of a data folder whose server is stopped: the way back in when every secret is lost.</summary>
internal sealed class StoppedFolder(OfflineAccessKeys accessKeys, TimeProvider time) : IAccessKeyPlace
{
    public async Task<AccessKeyAnswer> CreateAsync(CancellationToken stop)
    {
        var made = await accessKeys.CreateAsync(stop).ConfigureAwait(false);
        var key = new AccessKeyItem(made.AccessKeyId, "Active", Utc(time.GetUtcNow()), made.Secret);
        return new AccessKeyAnswer([key], Json(json => Write(json, "AccessKey", key)));
    }

    public async Task<AccessKeyAnswer> ListAsync(CancellationToken stop)
    {
        var found = await accessKeys.ListAsync(stop).ConfigureAwait(false);
        var keys = found.Select(key => new AccessKeyItem(key.AccessKeyId, key.Status, Utc(key.CreatedAt))).ToList();
        return new AccessKeyAnswer(
            keys,
            Json(json =>
            {
                json.WriteStartObject("AccessKeys");
                json.WriteStartArray("AccessKey");
                keys.ForEach(key => Write(json, name: null, key));
                json.WriteEndArray();
                json.WriteEndObject();
            })
        );
    }

    public async Task<AccessKeyAnswer> SetEnabledAsync(string accessKeyId, bool enabled, CancellationToken stop) =>
        Changed(accessKeyId, await accessKeys.SetEnabledAsync(accessKeyId, enabled, stop).ConfigureAwait(false));

    public async Task<AccessKeyAnswer> DeleteAsync(string accessKeyId, CancellationToken stop) =>
        Changed(accessKeyId, await accessKeys.DeleteAsync(accessKeyId, stop).ConfigureAwait(false));

    public ValueTask DisposeAsync() => accessKeys.DisposeAsync();

    private static AccessKeyAnswer Changed(string accessKeyId, bool found) =>
        found
            ? new AccessKeyAnswer([], Json(_ => { }))
            : throw new StartException(
                $"The data folder has no access key {accessKeyId}.",
                "List those that there are with access-key list."
            );

    private static string Utc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The API's own shape, less the request id, since there was no request.</summary>
    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string? name, AccessKeyItem key)
    {
        if (name is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(name);
        }

        json.WriteString("AccessKeyId", key.Id);
        if (key.Secret is { } secret)
        {
            json.WriteString("AccessKeySecret", secret);
        }

        json.WriteString("Status", key.Status);
        json.WriteString("CreateDate", key.CreateDate);
        json.WriteEndObject();
    }
}
