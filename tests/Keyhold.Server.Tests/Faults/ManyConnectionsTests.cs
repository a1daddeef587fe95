using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Keyhold.Server.Tests.Faults;

/// <summary>Thousands of connections that do nothing, and hundreds that do next to nothing, beside good clients.</summary>
[Collection(FaultsInTurn.Name)]
public sealed class ManyConnectionsTests : IDisposable
{
    private const int Idle = 2_000;
    private const int Slow = 200;
    private const int Workers = 4;
    private const int Descriptors = 8_000;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-faults-");
    private readonly List<Socket> sockets = [];

    public void Dispose()
    {
        sockets.ForEach(socket => socket.Dispose());
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Good_clients_go_on_beside_idle_and_slow_ones()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Limits of descriptors are set by a shell.");
        using var load = new MixedLoad();
        using (var node = await StartAsync())
        {
            var before = ProcessSample.Of(node.ProcessId).Descriptors;
            load.Start(Workers, node.Client);
            await load.AnsweredAsync(20);
            await ConnectAsync(node.Client.Url.Port);
            using var stop = new CancellationTokenSource();
            var trickle = TrickleAsync(stop.Token);
            await load.AnsweredAsync(300);
            Assert.InRange(ProcessSample.Of(node.ProcessId).Descriptors, Idle + Slow, Descriptors);
            Assert.True(load.Unsure.IsEmpty, string.Join('\n', load.Unsure));

            // Those that were idle are still good for a request.
            foreach (var socket in sockets.Take(20))
            {
                Assert.StartsWith("HTTP/1.1 200 OK", await AskAsync(socket), StringComparison.Ordinal);
            }

            await stop.CancelAsync();
            await trickle;
            sockets.ForEach(socket => socket.Dispose());
            await load.AnsweredAsync(100);
            await load.StopAsync();
            for (
                var attempt = 0;
                attempt < 100 && ProcessSample.Of(node.ProcessId).Descriptors > before + 100;
                attempt++
            )
            {
                await Task.Delay(100);
            }

            Assert.InRange(ProcessSample.Of(node.ProcessId).Descriptors, 1, before + 100);
            await load.VerifyAsync(node.Client);
            (await node.StopAsync()).Succeeded();
        }

        await FaultFolder.VerifyTrailAsync(folder.FullName, database: null, load);
    }

    private Task<FaultNode> StartAsync() =>
        FaultNode.StartThroughAsync(
            ["sh", "-c", $"ulimit -n {Descriptors} && exec \"$@\"", "sh"],
            folder.FullName,
            database: null
        );

    private async Task ConnectAsync(int port)
    {
        for (var i = 0; i < Idle + Slow; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, port);
        }
    }

    /// <summary>Half of the slow ones never end their head, the other half never their body.</summary>
    private async Task TrickleAsync(CancellationToken stop)
    {
        var slow = sockets[Idle..];
        try
        {
            for (var i = 0; i < Slow; i++)
            {
                var head =
                    i % 2 == 0
                        ? "POST / HTTP/1.1\r\nHost: x\r\n"
                        : "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n";
                await slow[i].SendAsync(Encoding.ASCII.GetBytes(head), stop);
            }

            while (true)
            {
                foreach (var socket in slow)
                {
                    await TrySendAsync(socket, stop);
                }

                await Task.Delay(500, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private static async Task TrySendAsync(Socket socket, CancellationToken stop)
    {
        try
        {
            await socket.SendAsync("a"u8.ToArray(), stop);
        }
        catch (SocketException)
        {
            // The server has had enough of it, as it may.
        }
    }

    private static async Task<string> AskAsync(Socket socket)
    {
        await socket.SendAsync("GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var answer = new byte[1024];
        return Encoding.ASCII.GetString(answer.AsSpan(0, await socket.ReceiveAsync(answer)));
    }
}
