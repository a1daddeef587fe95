using System.Data;
using System.Net;
using System.Text;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Sealing;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;
using Keyhold.Server.Limits;
using Keyhold.Server.Metrics;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Tests.Storage;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Keyhold.Server.Tests;

/// <summary>The whole server but its HTTP door: real pipeline, real database, temporary folder, a clock that obeys.</summary>
internal sealed class KeyholdUnderTest : IAsyncDisposable
{
    public const string AccessKeyId = "KHtest";
    public const string Secret = "test-secret-0123456789";
    private const string Host = "127.0.0.1:8710";

    private readonly DatabasePlace database;
    private readonly bool sharesReplays;
    private readonly bool ownsDatabase;
    private readonly OpenedFolder folder;
    private readonly Instruments instruments;
    private int nonces;

    private KeyholdUnderTest(
        ServerOptions options,
        OpenedFolder folder,
        FakeTimeProvider time,
        JudgementOptions? judgement,
        bool sharesReplays
    )
    {
        database = options.Database;
        this.sharesReplays = sharesReplays;
        ownsDatabase = options.RootKey is null;
        DataFolder = options.DataFolder;
        this.folder = folder;
        Time = time;
        instruments = new Instruments(Log);
        var installation = new Installation(ServerOptions.DefaultRegion, ServerOptions.DefaultAccountId);
        Parts = new Parts(
            folder,
            installation,
            judgement ?? JudgementOptions.Default,
            instruments,
            time,
            sharesReplays: sharesReplays
        );
        Replies = new Replies(new RequestAudit(folder.Trail, installation, time), Throttle.Off, instruments);
    }

    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public string DataFolder { get; }

    public FakeTimeProvider Time { get; }

    public Parts Parts { get; }

    public Replies Replies { get; }

    public OpenedFolder Folder => folder;

    public DatabasePlace Database => database;

    /// <summary>Where the requests of this test come from.</summary>
    public RequestOrigin Origin { get; set; } = new(IPAddress.Loopback, IsSecure: false);

    public string? UserAgent { get; set; }

    public CollectedLog Log { get; } = new();

    public AuditTrail Trail => folder.Trail;

    /// <summary>The events of requests so far, oldest first.</summary>
    public IReadOnlyList<TrailEvent> Events() =>
        [
            .. TrailQuery
                .Run(DataFolder, new TrailFilter(), int.MaxValue)
                .Events.Where(each => each.Text("eventType") == "ApiCall"),
        ];

    public static async Task<KeyholdUnderTest> StartAsync(
        JudgementOptions? judgement = null,
        DatabaseKind kind = DatabaseKind.Sqlite,
        bool sharesReplays = false
    ) =>
        await StartAsync(
            kind == DatabaseKind.Sqlite
                ? DatabasePlace.InDataFolder
                : DatabasePlace.Parse(await SharedPostgres.RentAsync()),
            rootKey: null,
            new FakeTimeProvider(Now),
            judgement,
            sharesReplays
        );

    /// <summary>A further node on the same database, with the same root key and clock; to be disposed of before this one.</summary>
    public Task<KeyholdUnderTest> StartBesideAsync() =>
        StartAsync(database, RootKey, Time, Parts.Judgement, sharesReplays);

    private RootKeyPlace RootKey => new RootKeyPlace.File(Server.Hosting.DataFolder.DefaultRootKeyFile(DataFolder));

    private static async Task<KeyholdUnderTest> StartAsync(
        DatabasePlace database,
        RootKeyPlace? rootKey,
        FakeTimeProvider time,
        JudgementOptions? judgement,
        bool sharesReplays
    )
    {
        var dataFolder = Directory.CreateTempSubdirectory("keyhold-test-").FullName;
        var options = new ServerOptions
        {
            DataFolder = dataFolder,
            Database = database,
            RootKey = rootKey,
            Dev = true,
            InitialAccessKey = new InitialAccessKey(AccessKeyId, Secret),
            Audit = new AuditOptions { Durability = AuditDurability.Process },
        };
        var opened = await Server.Hosting.DataFolder.OpenAsync(options, time, CancellationToken.None);
        await FirstAccessKey.EnsureAsync(opened, options, time, CancellationToken.None);
        return new KeyholdUnderTest(options, opened, time, judgement, sharesReplays);
    }

    /// <summary>Changes the database behind Keyhold's back.</summary>
    public int Raw(string sql, params object?[] values)
    {
        using var connection = database.ConnectionString is { } connectionString
            ? new NpgsqlConnection(connectionString)
            : SqliteBackDoor.Connect(Path.Combine(DataFolder, "keyhold.db"));
        if (connection.State is ConnectionState.Closed)
        {
            connection.Open();
        }

        using var command = BackDoor.Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Signs and sends a request; null values are left out.</summary>
    public Task<TestReply> CallAsync(string action, params (string Name, string? Value)[] parameters) =>
        CallAsync(AccessKeyId, Secret, action, parameters);

    public async Task<TestReply> CallAsync(
        string accessKeyId,
        string secret,
        string action,
        params (string Name, string? Value)[] parameters
    )
    {
        var request = SignatureV3.Sign(
            new SigningCredential(accessKeyId, Encoding.UTF8.GetBytes(secret)),
            Host,
            action,
            parameters
                .Where(parameter => parameter.Value is not null)
                .Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value!)),
            Time.GetUtcNow(),
            NextNonce(),
            inBody: false
        );
        return await SendAsync(request);
    }

    /// <summary>Names another version of the API than the action's own.</summary>
    public Task<TestReply> CallUnderAsync(string version, string action) =>
        SendAsync(
            SignatureV3.Sign(
                new SigningCredential(AccessKeyId, Encoding.UTF8.GetBytes(Secret)),
                Host,
                action,
                [],
                Time.GetUtcNow(),
                NextNonce(),
                inBody: false,
                version
            )
        );

    /// <summary>Unique among the nodes of one database, too.</summary>
    private string NextNonce() => $"{Path.GetFileName(DataFolder)}-{Interlocked.Increment(ref nonces)}";

    public async Task<TestReply> SendAsync(SignedRequest request)
    {
        List<KeyValuePair<string, string>> sent = [.. request.Headers, KeyValuePair.Create("Host", Host)];
        if (UserAgent is not null)
        {
            sent.Add(KeyValuePair.Create("User-Agent", UserAgent));
        }

        var headers = new RequestHeaders(sent);
        var reply = await Parts.Dispatcher.DispatchAsync(
            new IncomingRequest(request.Method, request.Target, headers, request.Body, Origin),
            CancellationToken.None
        );
        return new TestReply(reply);
    }

    public async ValueTask DisposeAsync()
    {
        Parts.Dispose();
        await folder.DisposeAsync();
        instruments.Dispose();
        Directory.Delete(DataFolder, recursive: true);
        if (database.ConnectionString is { } connectionString && ownsDatabase)
        {
            SharedPostgres.Return(connectionString);
        }
    }
}
