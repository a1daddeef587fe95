using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Keyhold.Conformance.Server;

/// <summary>The program, started as a user would: <c>keyhold serve --dev</c> on loopback. Killed when disposed.</summary>
internal sealed class KeyholdServer : IAsyncDisposable
{
    public const string AccessKeyId = "LTAIConformanceTests";
    public const string AccessKeySecret = "conformance/+=secret";

    private const string ReadyLine = "Keyhold is listening on ";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output;

    private KeyholdServer(Process process, ConcurrentQueue<string> output, string url)
    {
        _process = process;
        _output = output;
        Url = url;
    }

    public string Url { get; }

    /// <summary>host:port, as the clients want it.</summary>
    public string Host => new Uri(Url).Authority;

    public string Output => string.Join('\n', _output);

    public static async Task<KeyholdServer> StartAsync(string dataFolder, params string[] moreArguments)
    {
        var output = new ConcurrentQueue<string>();
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process
        {
            StartInfo = KeyholdProgram.StartInfo([
                "serve",
                "--dev",
                "--data",
                dataFolder,
                "--listen",
                "http://127.0.0.1:0",
                .. moreArguments,
            ]),
            EnableRaisingEvents = true,
        };
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                return;
            output.Enqueue(line.Data);
            if (line.Data.StartsWith(ReadyLine, StringComparison.Ordinal))
                ready.TrySetResult(line.Data[ReadyLine.Length..].Trim());
        };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                output.Enqueue(line.Data);
        };
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("The server ended at once."));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new KeyholdServer(process, output, await ready.Task.WaitAsync(StartLimit));
        }
        catch (Exception failure)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
            throw new InvalidOperationException(
                $"The server did not get ready. It printed:\n{string.Join('\n', output)}",
                failure
            );
        }
    }

    /// <summary>kill -9: no chance to finish, flush or say goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a service manager sends it. Returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Assert.Equal(0, SendSignal(_process.Id, signal: 15));
        await _process.WaitForExitAsync().WaitAsync(StartLimit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int processId, int signal);
}
