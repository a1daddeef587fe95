using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Keyhold.Conformance.Clients;

/// <summary>
/// The Node program that holds the official clients and the independent signer: one JSON line each way, many requests
/// at a time.
/// </summary>
internal sealed class NodeClients : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _waiting = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Task _reading;
    private long _lastId;

    private NodeClients(Process process)
    {
        _process = process;
        _reading = ReadAnswersAsync();
    }

    public static NodeClients Start()
    {
        if (!Directory.Exists(Path.Combine(Repository.NodeFolder, "node_modules")))
        {
            throw new InvalidOperationException(
                $"The official clients are not installed: run `npm ci` in {Repository.NodeFolder} (./test does)."
            );
        }
        var start = new ProcessStartInfo("node", ["clients.mjs"])
        {
            WorkingDirectory = Repository.NodeFolder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new NodeClients(Process.Start(start)!);
    }

    /// <summary>Does one job of clients.mjs and returns its result; what the client throws is a RefusedException.</summary>
    public async Task<JsonElement> DoAsync(string job, JsonObject request)
    {
        var id = Interlocked.Increment(ref _lastId);
        var waiting = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = waiting;
        request["id"] = id;
        request["job"] = job;
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(request.ToJsonString());
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
        return await waiting.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
        _writing.Dispose();
    }

    private async Task ReadAnswersAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            var answer = document.RootElement.Clone();
            if (!_waiting.TryRemove(answer.GetProperty("id").GetInt64(), out var waiting))
                continue;
            if (answer.TryGetProperty("error", out var error))
                waiting.SetException(new RefusedException(Refusal.FromClient(error)));
            else
                waiting.SetResult(answer.TryGetProperty("result", out var result) ? result : default);
        }
        foreach (var waiting in _waiting.Values)
            waiting.TrySetException(new InvalidOperationException("The Node program with the clients has ended."));
    }
}
