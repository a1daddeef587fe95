using System.Net.Sockets;
using System.Security.Cryptography;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Control;

/// <summary>
/// Listens on the control socket of the data folder (mode 0600): whoever may open it is the folder's owner. One request
/// a connection.
/// </summary>
internal sealed partial class ControlSocket : IAsyncDisposable
{
    private const int MaximumWaiting = 16;

    /// <summary>A peer that sends its one line slower than that is not our program.</summary>
    private static readonly TimeSpan LineTime = TimeSpan.FromSeconds(10);

    /// <summary>What keeps connections from being taken, such as too many open files, may last: no loop without a breath.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private readonly ControlPath path;
    private readonly Socket listener;
    private readonly ControlDesk desk;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;

    private ControlSocket(ControlPath path, Socket listener, ControlDesk desk, ILogger logger)
    {
        this.path = path;
        this.listener = listener;
        this.desk = desk;
        this.logger = logger;
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The folder's lock must be held: a socket that is there already was left by a process that is gone.</summary>
    public static ControlSocket Open(string dataFolder, ControlDesk desk, ILogger logger)
    {
        var place = new ControlPath(dataFolder);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(place.File);
            socket.Bind(place.EndPoint);
            if (!OperatingSystem.IsWindows())
            {
                // Before Listen nobody can connect.
                File.SetUnixFileMode(place.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            socket.Listen(MaximumWaiting);
            return new ControlSocket(place, socket, desk, logger);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            place.Dispose();
            if (failure is SocketException or IOException or UnauthorizedAccessException)
            {
                throw new StartException(
                    $"The control socket {place.File} cannot be made: {failure.Message}.",
                    "The data folder must be on a local disk that takes sockets, and belong to the user Keyhold runs as.",
                    failure
                );
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await accepting;
        listener.Dispose();
        File.Delete(path.File);
        path.Dispose();
        desk.Dispose();
        stopping.Dispose();
    }

    /// <summary>One connection after the other would let a rotation's progress block a seal: each has its own task.</summary>
    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var connection = await AcceptOneAsync();
                running.RemoveAll(task => task.IsCompleted);
                running.Add(ServeAsync(connection));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(running);
        }
    }

    /// <summary>Goes on whatever happens: without this socket a server can be neither sealed nor unsealed.</summary>
    private async Task<Socket> AcceptOneAsync()
    {
        while (true)
        {
            try
            {
                return await listener.AcceptAsync(stopping.Token);
            }
            catch (SocketException failure)
            {
                Log.Failed(logger, failure);
                await Task.Delay(Breath, stopping.Token);
            }
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        await using var stream = new NetworkStream(connection, ownsSocket: true);
        try
        {
            using var request = await ReadAsync(stream);
            await foreach (
                var answer in desk.AnswerAsync(request, OperatingSystemUser.OfPeer(connection), stopping.Token)
            )
            {
                await stream.WriteAsync(answer.Write(), stopping.Token);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The peer has gone, or the server stops: nobody is left to answer.
        }
#pragma warning disable CA1031 // A failed command must not end the server; its reason is in the log.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.Failed(logger, failure);
        }
    }

    /// <summary>Null when the line is not a request.</summary>
    private async Task<ControlRequest?> ReadAsync(NetworkStream stream)
    {
        var line = new byte[ControlRequest.MaximumBytes];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        patience.CancelAfter(LineTime);
        try
        {
            var length = 0;
            while (length < line.Length)
            {
                var read = await stream.ReadAsync(line.AsMemory(length), patience.Token);
                length += read;
                if (read == 0 || line.AsSpan(0, length).Contains((byte)'\n'))
                {
                    break;
                }
            }

            return ControlRequest.Read(line.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(line);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1021, LogLevel.Error, "The control socket failed.")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}
