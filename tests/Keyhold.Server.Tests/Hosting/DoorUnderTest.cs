using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Hosting;

/// <summary>A server as in production, with real sockets on loopback and a clock that obeys.</summary>
internal sealed class DoorUnderTest : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-door-test-");
    private readonly List<HttpClient> clients = [];
    private KeyholdServer server = null!;

    public FakeTimeProvider Time { get; } = new(KeyholdUnderTest.Now);

    public Uri Url { get; private set; } = null!;

    public static async Task<DoorUnderTest> StartAsync(Func<ServerOptions, ServerOptions> change)
    {
        var door = new DoorUnderTest();
        var options = change(
            new ServerOptions
            {
                DataFolder = door.folder.FullName,
                Listen = ["http://127.0.0.1:0"],
                InitialAccessKey = new InitialAccessKey(KeyholdUnderTest.AccessKeyId, KeyholdUnderTest.Secret),
            }
        );
        await DataFolder.InitializeAsync(options, door.Time, CancellationToken.None);
        door.server = await KeyholdServer.StartAsync(options, door.Time, CancellationToken.None);
        door.Url = new Uri(door.server.Urls.Single());
        return door;
    }

    /// <summary>A client that calls from an address of loopback of its own.</summary>
    public HttpClient ClientFrom(string address)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, stop) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(context.DnsEndPoint, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var client = new HttpClient(handler);
        clients.Add(client);
        return client;
    }

    public async Task<Answer> CallAsync(
        HttpClient client,
        string secret = KeyholdUnderTest.Secret,
        string accessKeyId = KeyholdUnderTest.AccessKeyId
    )
    {
        using var response = await client.SendAsync(Message(accessKeyId, secret));
        var body = await response.Content.ReadAsByteArrayAsync();
        using var json = JsonDocument.Parse(body);
        return new Answer(
            (int)response.StatusCode,
            json.RootElement.TryGetProperty("Code", out var code) ? code.GetString()! : "OK",
            json.RootElement.TryGetProperty("Message", out var message) ? message.GetString()! : "",
            response.Headers
        );
    }

    public async ValueTask DisposeAsync()
    {
        clients.ForEach(client => client.Dispose());
        await server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private HttpRequestMessage Message(string accessKeyId, string secret)
    {
        var signed = SignatureV3.Sign(
            new SigningCredential(accessKeyId, Encoding.UTF8.GetBytes(secret)),
            Url.Authority,
            "DescribeRegions",
            [],
            Time.GetUtcNow(),
            RequestId.New(),
            inBody: false
        );
        var message = new HttpRequestMessage(new HttpMethod(signed.Method), new Uri(Url, signed.Target));
        foreach (var (name, value) in signed.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    internal sealed record Answer(int Status, string Code, string Message, HttpResponseHeaders Headers);
}
