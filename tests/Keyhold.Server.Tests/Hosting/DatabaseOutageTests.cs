using System.Diagnostics;
using System.Net;
using System.Text;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Hosting;

/// <summary>A node whose PostgreSQL server dies or hangs: refusals that clients retry, on record, and back by itself.</summary>
public sealed class DatabaseOutageTests : IAsyncLifetime
{
    private const string AccessKeyId = "KHtest";
    private const string Secret = "test-secret-0123456789";

    // The bound is 5 seconds; the rest is for machines that have much else to do.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(8);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-outage-test-");
    private readonly HttpClient http = new();
    private PostgresServer server = null!;
    private KeyholdServer node = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PostgresServer.StartAsync(isDurable: false);
        await server.AskAsync("postgres", "CREATE DATABASE keyhold");
        node = await KeyholdServer.StartAsync(Options, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }

        if (server is not null)
        {
            await server.DisposeAsync();
        }

        http.Dispose();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Requests_get_503_with_a_time_to_retry_are_on_record_and_work_again_by_themselves(bool dies)
    {
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("ListCertificates")).Status);
        if (dies)
        {
            await server.KillAsync();
        }
        else
        {
            await server.SignalAsync("STOP");
        }

        for (var attempt = 0; attempt < 3; attempt++)
        {
            var (status, retryAfter, text, took) = await CallAsync(attempt == 1 ? "CreateUser" : "ListCertificates");
            Assert.True(status == HttpStatusCode.ServiceUnavailable, text);
            Assert.Contains("ServiceUnavailableTemporary", text, StringComparison.Ordinal);
            Assert.Equal("1", retryAfter);
            Assert.True(took < LongestAnswer, $"{took}");
        }

        var refused = TrailQuery
            .Run(folder.FullName, new TrailFilter { WithControl = false }, int.MaxValue)
            .Events.Count(each => each.Text("errorCode") == "ServiceUnavailableTemporary");
        Assert.Equal(3, refused);
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await http.GetAsync(UrlOf("/health/ready"), TestContext.Current.CancellationToken)).StatusCode
        );

        if (dies)
        {
            await server.RunAsync();
        }
        else
        {
            await server.SignalAsync("CONT");
        }

        var status2 = HttpStatusCode.ServiceUnavailable;
        for (var attempt = 0; attempt < 100 && status2 != HttpStatusCode.OK; attempt++)
        {
            status2 = (await CallAsync("ListCertificates")).Status;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.OK, status2);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("CreateUser")).Status);
        Assert.Equal(
            HttpStatusCode.OK,
            (await http.GetAsync(UrlOf("/health/ready"), TestContext.Current.CancellationToken)).StatusCode
        );
    }

    private ServerOptions Options =>
        new()
        {
            DataFolder = folder.FullName,
            Database = DatabasePlace.Parse(server.ConnectionString("keyhold")),
            Listen = ["http://127.0.0.1:0"],
            Dev = true,
            InitialAccessKey = new InitialAccessKey(AccessKeyId, Secret),
        };

    private Uri UrlOf(string path) => new(node.Urls[0].TrimEnd('/') + path);

    private async Task<(HttpStatusCode Status, string? RetryAfter, string Text, TimeSpan Took)> CallAsync(string action)
    {
        var started = Stopwatch.GetTimestamp();
        var signed = SignatureV3.Sign(
            new SigningCredential(AccessKeyId, Encoding.UTF8.GetBytes(Secret)),
            new Uri(node.Urls[0]).Authority,
            action,
            action is "CreateUser" ? [KeyValuePair.Create("UserName", $"user-{started}")] : [],
            TimeProvider.System.GetUtcNow(),
            $"nonce-{started}",
            inBody: false
        );
        using var request = new HttpRequestMessage(new HttpMethod(signed.Method), UrlOf(signed.Target));
        foreach (var (name, value) in signed.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (
            response.StatusCode,
            response.Headers.TryGetValues("Retry-After", out var values) ? values.Single() : null,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            Stopwatch.GetElapsedTime(started)
        );
    }
}
