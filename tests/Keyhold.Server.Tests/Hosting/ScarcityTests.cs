using System.Net;
using System.Net.Sockets;
using Keyhold.Server.Control;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Cli;

namespace Keyhold.Server.Tests.Hosting;

/// <summary>A server that runs out of what it needs, and one that is stopped while something hangs.</summary>
public sealed class ScarcityTests
{
    private const string Ready = "Keyhold is listening on ";
    private const int Descriptors = 400;

    /// <summary>A request that runs at a stop has ten seconds; the rest is for a machine with other work.</summary>
    private static readonly TimeSpan DrainTimeWithMargin = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_server_out_of_file_descriptors_goes_on_when_there_are_some_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Limits of descriptors are set by a shell.");
        await using var cli = new CliUnderTest();
        using var server = Limited(Descriptors, cli.DataFolder);
        var url = new Uri((await server.ReadLineAsync())[Ready.Length..]);

        // The .NET runtime loads code when it is needed first, which takes descriptors, too.
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(url, "/health/ready"))).StatusCode);
        (await cli.RunAsync("status", "--data", cli.DataFolder)).Succeeded();
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Descriptors; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, url.Port);
            }

            // The system takes the connection; the server, without a descriptor for it, does not.
            Assert.True(await IsDeafAsync(cli.DataFolder), "The server still takes connections.");
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }

        (await cli.RunAsync("status", "--data", cli.DataFolder)).Succeeded();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(url, "/health/ready"))).StatusCode);
        server.Signal("TERM");
        Assert.Contains(
            "The control socket failed",
            (await server.EndAsync()).Succeeded().Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_flood_of_connections_before_the_first_request_leaves_the_server_what_it_needs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Limits of descriptors are set by a shell.");
        await using var cli = new CliUnderTest();
        using var server = Limited(800, cli.DataFolder);
        var url = new Uri((await server.ReadLineAsync())[Ready.Length..]);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, url.Port);
                }
                catch (SocketException)
                {
                    // What is too much is closed, at times before the connection is complete here.
                }
            }

            (await cli.RunAsync("status", "--data", cli.DataFolder)).Succeeded();
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }

        // Those that are gone are counted out one by one.
        using var http = new HttpClient();
        for (var attempt = 0; !await IsReadyAsync(http, url); attempt++)
        {
            Assert.True(attempt < 60, "The server does not answer again.");
            await Task.Delay(TimeSpan.FromMilliseconds(250));
        }

        server.Signal("TERM");
        Assert.Contains("--max-connections", (await server.EndAsync()).Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_descriptors_are_refused_at_the_start()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Limits of descriptors are set by a shell.");
        await using var cli = new CliUnderTest();
        using var server = Limited(300, cli.DataFolder);
        (await server.EndAsync()).WasRefused("only 300 files", "ulimit -n", "LimitNOFILE");
        Assert.False(Directory.Exists(cli.DataFolder));
    }

    [Fact]
    public async Task Clients_that_go_away_within_a_body_leave_nothing_in_the_log()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Limits of descriptors are set by a shell.");
        await using var cli = new CliUnderTest();
        using var server = Limited(4096, cli.DataFolder);
        var url = new Uri((await server.ReadLineAsync())[Ready.Length..]);
        for (var i = 0; i < 100; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, url.Port);
            await socket.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"u8.ToArray());
            if (i % 2 == 0)
            {
                // The server has begun to read by now, or has not: both shall happen.
                await Task.Delay(TimeSpan.FromMilliseconds(5));
            }

            socket.Shutdown(SocketShutdown.Send);
        }

        server.Signal("TERM");
        Assert.DoesNotContain("Kestrel", (await server.EndAsync()).Succeeded().Error, StringComparison.Ordinal);
    }

    private static ProgramUnderTest Limited(int descriptors, string dataFolder) =>
        new(
            ["sh", "-c", $"ulimit -n {descriptors}; exec \"$@\"", "sh"],
            null,
            "serve",
            "--dev",
            "--data",
            dataFolder,
            "--listen",
            "http://127.0.0.1:0"
        );

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri url)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(url, "/health/ready"));
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>It takes the connections that wait one after the other, until it has no descriptor left.</summary>
    private static async Task<bool> IsDeafAsync(string dataFolder)
    {
        var client = new ControlClient(dataFolder) { Patience = TimeSpan.FromSeconds(2) };
        using var asked = new ControlRequest { Command = ControlCommand.Status };
        for (var attempt = 0; attempt < 60; attempt++)
        {
            try
            {
                await client.SendAsync(asked, _ => { }, default);
                await Task.Delay(TimeSpan.FromMilliseconds(250));
            }
            catch (StartException)
            {
                return true;
            }
        }

        return false;
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_request_that_hangs()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        using var hanging = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await hanging.ConnectAsync(IPAddress.Loopback, new Uri(cli.Endpoint).Port);
        await hanging.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"u8.ToArray());
        await cli.StopAsync().WaitAsync(DrainTimeWithMargin);
        (await cli.RunAsync("audit", "verify", cli.DataFolder)).Succeeded();
    }
}
