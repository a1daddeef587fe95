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
        while (await reader.ReadLineAsync(stop) is { } line)
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
