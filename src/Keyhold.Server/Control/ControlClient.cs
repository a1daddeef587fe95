using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Keyhold.Server.Hosting;

namespace Keyhold.Server.Control;

/// <summary>The program's side of the control socket.</summary>
public sealed class ControlClient(string dataFolder)
{
    /// <summary>The longest answer line; it names rows that were left behind.</summary>
    private const int BufferBytes = 16 * 1024;

    /// <summary>
    /// For the first line of the answer: longer than a passphrase after wrong ones, or requests that end before a seal,
    /// make wait.
    /// </summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Sends a request and gives its last answer; null when no server runs on the data folder.</summary>
    public async Task<ControlAnswer?> SendAsync(
        ControlRequest request,
        Action<ControlAnswer> progress,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        if (!Directory.Exists(dataFolder))
        {
            return null;
        }

        using var path = new ControlPath(dataFolder);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (!await TryConnectAsync(socket, path, stop))
        {
            return null;
        }

        await using var stream = new NetworkStream(socket);
        await WriteAsync(request, stream, stop);
        using var reader = new StreamReader(stream, Encoding.UTF8, false, BufferBytes);
        var next = await ReadFirstAsync(reader, stop);
        for (; next is { } line; next = await reader.ReadLineAsync(stop))
        {
            var answer = ControlAnswer.Read(line) ?? throw Broken("its answer cannot be read");
            if (answer.IsEnd)
            {
                return answer;
            }

            progress(answer);
        }

        throw Broken("it ended in the middle of its answer");
    }

    private async Task<string?> ReadFirstAsync(StreamReader reader, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            return await reader.ReadLineAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Broken(
                $"it did not answer within {Patience.TotalSeconds:0.#} seconds, and may still do what was asked"
            );
        }
    }

    private static async Task<bool> TryConnectAsync(Socket socket, ControlPath path, CancellationToken stop)
    {
        try
        {
            await socket.ConnectAsync(path.EndPoint, stop);
            return true;
        }
        catch (SocketException nobody)
            when (nobody.SocketErrorCode
                    is SocketError.ConnectionRefused
                        or SocketError.AddressNotAvailable
                        or SocketError.HostNotFound
            )
        {
            return false;
        }
        catch (SocketException) when (!File.Exists(path.File))
        {
            return false;
        }
        catch (SocketException refused)
        {
            throw new StartException(
                $"The control socket {path.File} cannot be opened: {refused.Message}.",
                "Run this as the user that the server runs as.",
                refused
            );
        }
    }

    private static async Task WriteAsync(ControlRequest request, NetworkStream stream, CancellationToken stop)
    {
        var buffer = new ArrayBufferWriter<byte>(ControlRequest.MaximumBytes);
        try
        {
            request.Write(buffer);
            await stream.WriteAsync(buffer.WrittenMemory, stop);
        }
        finally
        {
            buffer.Clear();
        }
    }

    private StartException Broken(string reason) =>
        new(
            $"The server on the data folder {dataFolder} cannot be talked to: {reason}.",
            "Look into its log, and use the keyhold program it was started with."
        );
}
