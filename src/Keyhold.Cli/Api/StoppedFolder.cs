using System.Text.Json;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Api;

/// <summary>The account of a data folder whose server is stopped: the way back in when every secret is lost.</summary>
internal sealed class StoppedFolder(OfflineAccount account) : IApi, IAsyncDisposable
{
    public async Task<ApiAnswer> CallAsync(
        string action,
        IEnumerable<KeyValuePair<string, string>> parameters,
        CancellationToken stop
    )
    {
        var (status, body) = await account.CallAsync(action, parameters, stop).ConfigureAwait(false);
        using var document = JsonDocument.Parse(body);
        var answer = new ApiAnswer(status, body, document.RootElement.Clone());
        return answer.IsGood ? answer : throw new RefusedException(answer);
    }

    public ValueTask DisposeAsync() => account.DisposeAsync();
}
