using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Hosting;

/// <summary>A server as in production, with real sockets on loopback and a clock that obeys.</summary>
internal sealed class DoorUnderTest : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-door-test-");
    private readonly List<HttpClient> clients = [];
    private KeyholdServer? server;

    public FakeTimeProvider Time { get; } = new(KeyholdUnderTest.Now);

    public Uri Url { get; private set; } = null!;

    public Uri? MetricsUrl => server!.MetricsUrl is { } url ? new Uri(url) : null;

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
        await door.OpenAsync(options);
        return door;
    }

    /// <summary>On a copy of a data folder that exists; <see cref="StartException"/> when the server refuses it.</summary>
    public static async Task<DoorUnderTest> StartOnCopyAsync(string dataFolder, Action<string> change)
    {
        var door = new DoorUnderTest();
        try
        {
            foreach (
                var file in Directory
                    .GetFiles(dataFolder)
                    .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
            )
            {
                File.Copy(file, Path.Combine(door.folder.FullName, Path.GetFileName(file)));
            }

            change(door.folder.FullName);
            await door.OpenAsync(
                new ServerOptions
                {
                    DataFolder = door.folder.FullName,
                    Listen = ["http://127.0.0.1:0"],
                    LimitPerKey = 0,
                    LimitPerSource = 0,
                }
            );
            return door;
        }
        catch
        {
            await door.DisposeAsync();
            throw;
        }
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

    public Task<Answer> CallAsync(
        HttpClient client,
        string secret = KeyholdUnderTest.Secret,
        string accessKeyId = KeyholdUnderTest.AccessKeyId
    ) => SendAsync(client, Message(Sign(accessKeyId, secret, "DescribeRegions", [])));

    /// <summary>A request that can be sent more than once, as by somebody who has captured it.</summary>
    public SignedRequest Capture() =>
        Sign(KeyholdUnderTest.AccessKeyId, KeyholdUnderTest.Secret, "DescribeRegions", []);

    public Task<Answer> SendAsync(HttpClient client, SignedRequest captured) => SendAsync(client, Message(captured));

    /// <summary>The events of requests so far, oldest first.</summary>
    public IReadOnlyList<TrailEvent> Events() =>
        [
            .. TrailQuery
                .Run(folder.FullName, new TrailFilter(), int.MaxValue)
                .Events.Where(each => each.Text("eventType") == "ApiCall"),
        ];

    public Task<Answer> AskAsync(HttpClient client, string action, params (string Name, string Value)[] parameters) =>
        SendAsync(client, Message(Sign(KeyholdUnderTest.AccessKeyId, KeyholdUnderTest.Secret, action, parameters)));

    private static async Task<Answer> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        using var json = JsonDocument.Parse(body);
        return new Answer(
            (int)response.StatusCode,
            json.RootElement.TryGetProperty("Code", out var code) ? code.GetString()! : "OK",
            json.RootElement.TryGetProperty("Message", out var message) ? message.GetString()! : "",
            response.Headers,
            Encoding.UTF8.GetString(body)
        );
    }

    public async ValueTask DisposeAsync()
    {
        clients.ForEach(client => client.Dispose());
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    private async Task OpenAsync(ServerOptions options)
    {
        server = await KeyholdServer.StartAsync(options, Time, CancellationToken.None);
        Url = new Uri(server.Urls.Single());
    }

    private SignedRequest Sign(
        string accessKeyId,
        string secret,
        string action,
        (string Name, string Value)[] parameters
    ) =>
        SignatureV3.Sign(
            new SigningCredential(accessKeyId, Encoding.UTF8.GetBytes(secret)),
            Url.Authority,
            action,
            parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)),
            Time.GetUtcNow(),
            RequestId.New(),
            inBody: false
        );

    private HttpRequestMessage Message(SignedRequest signed)
    {
        var message = new HttpRequestMessage(new HttpMethod(signed.Method), new Uri(Url, signed.Target));
        foreach (var (name, value) in signed.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    internal sealed record Answer(int Status, string Code, string Message, HttpResponseHeaders Headers, string Body);
}
