using System.Net;
using System.Text;
using Keyhold.Crypto.Sealing;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Control;
using Keyhold.Server.Hosting;

namespace Keyhold.Server.Tests.Hosting;

/// <summary>A real server that is sealed and unsealed through its control socket.</summary>
public sealed class SealSwitchTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-seal-test-");
    private int nonces;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Sealed_means_503_to_everything_but_live_until_it_is_unsealed()
    {
        await using var server = await StartAsync(folder.FullName);
        using var http = new HttpClient();
        var url = server.Urls[0];
        Assert.Equal(HttpStatusCode.OK, await CallAsync(http, url));

        await SendAsync(ControlCommand.Seal);
        Assert.True(server.IsSealed);
        using var refused = await http.GetAsync($"{url}/?Action=ListCertificates");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        var text = await refused.Content.ReadAsStringAsync();
        Assert.Contains("ServiceUnavailableTemporary", text, StringComparison.Ordinal);
        Assert.Contains("The server is sealed", text, StringComparison.Ordinal);
        using var ready = await http.GetAsync($"{url}/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("sealed\n", await ready.Content.ReadAsStringAsync());
        using var live = await http.GetAsync($"{url}/health/live");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);

        await SendAsync(ControlCommand.Seal);
        await SendAsync(ControlCommand.Unseal);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(http, url));
    }

    [Fact]
    public async Task A_nonce_that_was_used_before_a_sealing_is_refused_after_it()
    {
        await using var server = await StartAsync(folder.FullName);
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, await CallAsync(http, server.Urls[0]));
        await SendAsync(ControlCommand.Seal);
        await SendAsync(ControlCommand.Unseal);

        nonces--;
        Assert.Equal(HttpStatusCode.BadRequest, await CallAsync(http, server.Urls[0]));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(http, server.Urls[0]));
    }

    [Fact]
    public async Task Sealing_under_load_answers_every_request_with_its_result_or_503()
    {
        await using var server = await StartAsync(folder.FullName);
        var url = server.Urls[0];
        using var stop = new CancellationTokenSource();
        var answers = new List<HttpStatusCode>[8];
        var clients = answers.Select(
            (_, client) =>
                Task.Run(async () =>
                {
                    using var http = new HttpClient();
                    answers[client] = [];
                    while (!stop.IsCancellationRequested)
                    {
                        answers[client].Add(await CallAsync(http, url, client % 2 == 0));
                    }
                })
        );
        var load = Task.WhenAll([.. clients]);
        for (var round = 0; round < 15; round++)
        {
            await Task.Delay(50);
            await SendAsync(ControlCommand.Seal);
            await Task.Delay(10);
            await SendAsync(ControlCommand.Unseal);
        }

        await Task.Delay(100);
        await stop.CancelAsync();
        await load;

        var seen = answers.SelectMany(each => each).ToList();
        Assert.Contains(HttpStatusCode.OK, seen);
        Assert.Contains(HttpStatusCode.ServiceUnavailable, seen);
        Assert.DoesNotContain(seen, status => status is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task Rotations_under_load_are_noticed_by_no_request()
    {
        await using var server = await StartAsync(folder.FullName);
        using var stop = new CancellationTokenSource();
        var answers = new List<HttpStatusCode>[4];
        var load = Task.WhenAll([
            .. answers.Select(
                (_, client) =>
                    Task.Run(async () =>
                    {
                        using var http = new HttpClient();
                        answers[client] = [];
                        do
                        {
                            answers[client].Add(await CallAsync(http, server.Urls[0], client % 2 == 0));
                        } while (!stop.IsCancellationRequested);
                    })
            ),
        ]);
        for (var round = 0; round < 3; round++)
        {
            var answer = await SendAsync(ControlCommand.RotateDataKey);
            Assert.True(answer.Rotation is { IsFinished: true, LeftBehind.Count: 0 });
            Assert.Equal(round + 2, answer.DataKeyId);
        }

        var other = Path.Combine(folder.FullName, "other.key");
        using var request = new ControlRequest { Command = ControlCommand.RotateRootKey, To = $"file:{other}" };
        Assert.Null((await new ControlClient(folder.FullName).SendAsync(request, _ => { }, default))!.Failure);
        await stop.CancelAsync();
        await load;
        Assert.DoesNotContain(answers.SelectMany(each => each), status => status is not HttpStatusCode.OK);

        // The place of the new root key is remembered for the next unsealing.
        await SendAsync(ControlCommand.Seal);
        await SendAsync(ControlCommand.Unseal);
        using var again = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, await CallAsync(again, server.Urls[0]));
    }

    [Theory]
    [InlineData("file:/no/such/folder/root.key", "cannot be written")]
    [InlineData("nowhere", "is expected")]
    [InlineData("passphrase", "is empty")]
    [InlineData("file:{folder}/root.key", "already")]
    public async Task A_root_key_that_cannot_be_is_refused_and_the_old_one_stays(string to, string reason)
    {
        await using var server = await StartAsync(folder.FullName);
        using var request = new ControlRequest
        {
            Command = ControlCommand.RotateRootKey,
            To = to.Replace("{folder}", folder.FullName, StringComparison.Ordinal),
        };
        var answer = await new ControlClient(folder.FullName).SendAsync(request, _ => { }, default);
        Assert.Contains(reason, answer!.Failure, StringComparison.Ordinal);
        await SendAsync(ControlCommand.Seal);
        await SendAsync(ControlCommand.Unseal);
        Assert.False(server.IsSealed);
    }

    [Fact]
    public async Task What_holds_the_keys_can_use_them_to_its_end_and_nobody_can_after_it()
    {
        await using var opened = await DataFolder.OpenAsync(Options(folder.FullName), TimeProvider.System, default);
        var parts = new Parts(
            opened,
            new Installation(ServerOptions.DefaultRegion, ServerOptions.DefaultAccountId),
            Crypto.Certificates.JudgementOptions.Default,
            new Keyhold.Server.Metrics.Instruments(Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance),
            TimeProvider.System
        );
        using var unsealed = new Unsealed(opened, parts);
        Assert.True(unsealed.TryHold());

        await unsealed.EndAsync();
        Assert.False(unsealed.Gone.IsCompleted);
        Assert.True(unsealed.Ending.IsCancellationRequested);
        Assert.False(unsealed.TryHold());
        var context = new SealContext("p", "o", "r");
        Assert.Equal([1], opened.Ring.Open(context, opened.Ring.Seal(context, [1])));

        unsealed.LetGo();
        await unsealed.Gone;
        Assert.Throws<ObjectDisposedException>(() => opened.Ring.Seal(context, [1]));
    }

    [Fact]
    public async Task The_control_socket_is_for_its_owner_alone_and_gone_at_the_end()
    {
        var socket = Path.Combine(folder.FullName, "control.sock");
        await File.WriteAllTextAsync(socket, "left by a server that was killed");
        await using (await StartAsync(folder.FullName))
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
            }

            Assert.NotNull(await SendAsync(ControlCommand.Status));
        }

        Assert.False(File.Exists(socket));
        using var request = new ControlRequest { Command = ControlCommand.Status };
        Assert.Null(await new ControlClient(folder.FullName).SendAsync(request, _ => { }, default));
    }

    [Fact]
    public async Task A_data_folder_with_a_long_path_has_a_control_socket_too()
    {
        var deep = Path.Combine(folder.FullName, new string('x', 120), new string('y', 60));
        await using var server = await StartAsync(deep);
        using var request = new ControlRequest { Command = ControlCommand.Seal };
        var answer = await new ControlClient(deep).SendAsync(request, _ => { }, default);
        Assert.True(answer is { IsSealed: true, Failure: null });
    }

    [Fact]
    public void Core_dumps_are_off_when_they_were_turned_off()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prctl is Linux's.");
        CoreDumps.TurnOff();
        Assert.True(CoreDumps.AreOff);
    }

    private static Task<KeyholdServer> StartAsync(string dataFolder) =>
        KeyholdServer.StartAsync(Options(dataFolder), TimeProvider.System, CancellationToken.None);

    private static ServerOptions Options(string dataFolder) =>
        new()
        {
            DataFolder = dataFolder,
            Listen = ["http://127.0.0.1:0"],
            Dev = true,
            InitialAccessKey = new InitialAccessKey(KeyholdUnderTest.AccessKeyId, KeyholdUnderTest.Secret),
        };

    private async Task<ControlAnswer> SendAsync(ControlCommand command)
    {
        using var request = new ControlRequest { Command = command };
        var answer = await new ControlClient(folder.FullName).SendAsync(request, _ => { }, default);
        Assert.NotNull(answer);
        Assert.Null(answer.Failure);
        return answer;
    }

    private async Task<HttpStatusCode> CallAsync(HttpClient http, string url, bool write = false)
    {
        var request = SignatureV3.Sign(
            new SigningCredential(KeyholdUnderTest.AccessKeyId, Encoding.UTF8.GetBytes(KeyholdUnderTest.Secret)),
            new Uri(url).Authority,
            write ? "CreateCertificate" : "ListCertificates",
            write
                ? [KeyValuePair.Create("KeySpec", "EC_P256"), KeyValuePair.Create("Subject", "CN=x,OU=y,O=z,C=DE")]
                : [],
            TimeProvider.System.GetUtcNow(),
            $"nonce-{Interlocked.Increment(ref nonces)}",
            inBody: false
        );
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), url + request.Target);
        foreach (var (name, value) in request.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(message);
        return answer.StatusCode;
    }
}
