using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;
using Keyhold.Server.Metrics;
using Keyhold.Server.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keyhold.Benchmarks;

/// <summary>
/// The processor time of a request with its event flushed to the disk, beside the same request with the trail off. Many
/// requests at once, as a busy server has them; without Kestrel, whose share would only make the ratio smaller.
/// </summary>
internal sealed class AuditCost : IAsyncDisposable
{
    private const string AccessKeyId = "KHbenchmark";
    private const string Secret = "benchmark-secret";
    private const string Host = "127.0.0.1:8710";
    internal const int AtOnce = 64;
    internal const int CallsInRound = 20;
    private const int RoundsOfWarmUp = 20;

    private readonly string dataFolder;
    private readonly OpenedFolder folder;
    private readonly Instruments instruments = new(NullLogger.Instance);
    private readonly Parts parts;
    private readonly Task[] running = new Task[AtOnce];

    private AuditCost(string dataFolder, OpenedFolder folder, ServerOptions options)
    {
        this.dataFolder = dataFolder;
        this.folder = folder;
        var installation = new Installation(options.Region, options.AccountId);
        parts = new Parts(folder, installation, JudgementOptions.Default, instruments, TimeProvider.System);
    }

    public static async Task PrintAsync(TextWriter output)
    {
        await using var audited = await StartAsync(new AuditOptions());
        await using var unaudited = await StartAsync(new AuditOptions { DangerousOff = true });
        var (oneId, otherId) = (await audited.ActivateAsync(), await unaudited.ActivateAsync());
        foreach (var action in new[] { "CertificatePrivateKeySign", "DescribeCertificate" })
        {
            var with = RequestFor(action, oneId);
            var without = RequestFor(action, otherId);
            var times = ProcessorTime.Measure(1, RoundsOfWarmUp, () => audited.Run(with), () => unaudited.Run(without));
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{action} audited to disk: {times[0] / (AtOnce * CallsInRound):F0} us, not audited {times[1] / (AtOnce * CallsInRound):F0} us, ratio {times[0] / times[1]:F2} (at most 1.15)"
                )
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        parts.Dispose();
        await folder.DisposeAsync();
        instruments.Dispose();
        Directory.Delete(dataFolder, recursive: true);
    }

    internal static async Task<AuditCost> StartAsync(AuditOptions audit)
    {
        var options = new ServerOptions
        {
            DataFolder = Directory.CreateTempSubdirectory("keyhold-benchmark-").FullName,
            Dev = true,
            InitialAccessKey = new InitialAccessKey(AccessKeyId, Secret),
            Audit = audit,
        };
        var opened = await DataFolder.OpenAsync(options, TimeProvider.System, CancellationToken.None);
        await FirstAccessKey.EnsureAsync(opened, options, TimeProvider.System, CancellationToken.None);
        return new AuditCost(options.DataFolder, opened, options);
    }

    /// <summary>An ACTIVE certificate of EC_P256.</summary>
    internal async Task<string> ActivateAsync()
    {
        var created = await CallAsync("CreateCertificate", ("KeySpec", "EC_P256"), ("Subject", "CN=a,OU=b,O=c,C=CN"));
        using var root = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Root,O=Benchmark,C=CN", TimeProvider.System);
        var id = created.GetProperty("CertificateId").GetString()!;
        var issued = root.Issue(SigningRequest.FromPem(created.GetProperty("Csr").GetString()!));
        await CallAsync(
            "UploadCertificate",
            ("CertificateId", id),
            ("Certificate", issued.Pem),
            ("CertificateChain", root.ChainPem)
        );
        return id;
    }

    internal static IncomingRequest RequestFor(string action, string id) =>
        string.Equals(action, "CertificatePrivateKeySign", StringComparison.Ordinal)
            ? Sign(action, ("CertificateId", id), ("Algorithm", "ECDSA_SHA_256"), ("Message", "bWVzc2FnZQ=="))
            : Sign(action, ("CertificateId", id));

    internal void Run(IncomingRequest request)
    {
        for (var i = 0; i < AtOnce; i++)
        {
            running[i] = Task.Run(() => AnswerManyAsync(request));
        }

        Task.WaitAll(running);
    }

    /// <summary>A client that sends its next request when it has the answer to the last one.</summary>
    private async Task AnswerManyAsync(IncomingRequest request)
    {
        for (var i = 0; i < CallsInRound; i++)
        {
            await AnswerAsync(request);
        }
    }

    private async Task<JsonElement> CallAsync(string action, params (string Name, string Value)[] parameters)
    {
        var reply = await AnswerAsync(Sign(action, parameters));
        using var answer = JsonDocument.Parse(reply.Body);
        return answer.RootElement.Clone();
    }

    private async Task<Reply> AnswerAsync(IncomingRequest request)
    {
        var reply = await parts.Dispatcher.DispatchAsync(request, CancellationToken.None);
        return reply.ErrorCode is null
            ? reply
            : throw new InvalidOperationException(Encoding.UTF8.GetString(reply.Body.Span));
    }

    /// <summary>Without a nonce, so that what changes nothing can be sent again and again.</summary>
    private static IncomingRequest Sign(string action, params (string Name, string Value)[] parameters)
    {
        var signed = SignatureV1.Sign(
            new SigningCredential(AccessKeyId, Encoding.UTF8.GetBytes(Secret)),
            Host,
            action,
            parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)),
            TimeProvider.System.GetUtcNow(),
            nonce: "",
            inBody: false,
            "GET",
            "HMAC-SHA256"
        );
        return new IncomingRequest(
            signed.Method,
            signed.Target,
            new RequestHeaders([.. signed.Headers, KeyValuePair.Create("Host", Host)]),
            signed.Body,
            new RequestOrigin(IPAddress.Loopback, IsSecure: true)
        );
    }
}
