using System.Net;
using System.Net.Sockets;
using System.Text;
using Keyhold.Server.Limits;
using Keyhold.Server.Metrics;
using Keyhold.Server.Tests.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Limits;

public sealed class ConnectionLimitTests : IDisposable
{
    private readonly Instruments instruments = new(NullLogger.Instance);
    private readonly FakeTimeProvider time = new(KeyholdUnderTest.Now);
    private readonly TaskCompletionSource end = new();

    [Fact]
    public async Task One_connection_too_many_is_answered_and_closed_and_the_others_go_on()
    {
        await using var door = await DoorUnderTest.StartAsync(options => options with { MaximumConnections = 3 });
        var good = door.ClientFrom("127.0.0.1");
        Assert.Equal("OK", (await door.CallAsync(good)).Code);
        using var idle = await ConnectAsync(door.Url);
        using var slow = await ConnectAsync(door.Url);
        await slow.GetStream().WriteAsync("POST / HTTP/1.1\r\n"u8.ToArray());

        var late = await door.CallAsync(door.ClientFrom("127.0.0.1"));
        Assert.Equal(503, late.Status);
        Assert.Equal("ServiceUnavailableTemporary", late.Code);
        Assert.Contains("--max-connections", late.Message, StringComparison.Ordinal);
        Assert.Equal("1000", late.Headers.GetValues("x-acs-retry-after").Single());
        Assert.True(late.Headers.ConnectionClose);
        Assert.Equal("OK", (await door.CallAsync(good)).Code);
    }

    [Fact]
    public async Task A_closed_connection_makes_room()
    {
        await using var door = await DoorUnderTest.StartAsync(options => options with { MaximumConnections = 1 });
        using (await ConnectAsync(door.Url))
        {
            Assert.Equal(503, (await door.CallAsync(door.ClientFrom("127.0.0.1"))).Status);
        }

        while ((await door.CallAsync(door.ClientFrom("127.0.0.1"))).Status == 503)
        {
            // Until the server has noticed.
        }
    }

    [Fact]
    public async Task Idle_and_slow_connections_do_not_keep_good_clients_out()
    {
        await using var door = await DoorUnderTest.StartAsync(options => options);
        var connections = new List<TcpClient>();
        try
        {
            for (var index = 0; index < 700; index++)
            {
                var connection = await ConnectAsync(door.Url);
                connections.Add(connection);
                if (index % 3 == 0)
                {
                    await connection
                        .GetStream()
                        .WriteAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nA"u8.ToArray());
                }
            }

            var client = door.ClientFrom("127.0.0.1");
            for (var request = 0; request < 50; request++)
            {
                Assert.Equal("OK", (await door.CallAsync(client)).Code);
            }
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    [Fact]
    public void One_source_gets_half_and_others_the_rest()
    {
        var limit = new ConnectionLimit(10, instruments, time);
        Assert.All(Enter(limit, "192.0.2.1", 5), connection => Assert.Null(Verdict(connection)));
        Assert.Equal("Rejected.Throttling", Verdict(Enter(limit, "192.0.2.1", 1).Single())!.Error.Code);
        Assert.All(Enter(limit, "192.0.2.2", 4), connection => Assert.Null(Verdict(connection)));
        Assert.Equal("ServiceUnavailableTemporary", Verdict(Enter(limit, "192.0.2.3", 1).Single())!.Error.Code);
    }

    [Fact]
    public void Beyond_the_reserve_connections_are_dropped()
    {
        var limit = new ConnectionLimit(1, instruments, time);
        var all = Enter(limit, "127.0.0.1", 1 + ConnectionLimit.Reserve + 2);
        Assert.Equal(2, all.Count(connection => connection.ConnectionClosed.IsCancellationRequested));
        Assert.Equal(ConnectionLimit.Reserve, all.Count(connection => Verdict(connection) is not null));
    }

    [Fact]
    public void Who_was_turned_away_and_asks_nothing_is_dropped_in_time()
    {
        var limit = new ConnectionLimit(1, instruments, time);
        var all = Enter(limit, "127.0.0.1", 2);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal([false, true], all.Select(connection => connection.ConnectionClosed.IsCancellationRequested));
    }

    [Fact]
    public void What_left_is_not_counted_any_more()
    {
        var limit = new ConnectionLimit(2, instruments, time);
        Enter(limit, "192.0.2.1", 1);
        end.SetResult();
        Assert.Null(Verdict(Enter(limit, "192.0.2.1", 1).Single()));
        Assert.Null(Verdict(Enter(limit, "192.0.2.1", 1).Single()));
    }

    public void Dispose()
    {
        end.TrySetResult();
        instruments.Dispose();
    }

    private List<ClosableConnection> Enter(ConnectionLimit limit, string address, int count)
    {
        var connections = new List<ClosableConnection>();
        for (var index = 0; index < count; index++)
        {
            var connection = new ClosableConnection { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) };
            connections.Add(connection);
            _ = limit.Before(_ => end.Task)(connection);
        }

        return connections;
    }

    private static TurnedAway? Verdict(ConnectionContext connection) => connection.Features.Get<TurnedAway>();

    private static async Task<TcpClient> ConnectAsync(Uri url)
    {
        var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        return client;
    }

    private sealed class ClosableConnection : DefaultConnectionContext
    {
        private readonly CancellationTokenSource closed = new();

        public ClosableConnection() => ConnectionClosed = closed.Token;

        public override void Abort(ConnectionAbortedException abortReason) => closed.Cancel();
    }
}
