using System.Buffers;
using System.Collections.Frozen;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Hosting;

/// <summary>Everything that can be chosen about a server. Defaults are for production; <see cref="Dev"/> relaxes them.</summary>
public sealed record ServerOptions
{
    public const string DefaultRegion = "cn-hangzhou";
    public const string DefaultAccountId = "1000000000000001";
    public const string DefaultEndpoint = "http://127.0.0.1:8710";

    /// <summary>For one access key, and for one address, a second. With <see cref="Dev"/> there is no limit.</summary>
    public const int DefaultLimit = 2_000;

    public const int DefaultMaximumConnections = 20_000;

    public const string NoTrustAnchors = "none";
    public const string SystemTrustAnchors = "system";

    private const int MaximumLimit = 1_000_000;
    private const int MaximumAccountLength = 32;
    private const int MaximumRegionLength = 64;
    private static readonly SearchValues<char> RegionCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789-"
    );

    /// <summary>Where the audit trail, the embedded database and, unless told otherwise, the root key lie.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Which database; by default the embedded one in the data folder.</summary>
    public DatabasePlace Database { get; init; } = DatabasePlace.InDataFolder;

    /// <summary>Whether the nodes of a shared database remember together which requests they accepted.</summary>
    public bool SharesReplays { get; init; }

    /// <summary>URLs to listen on, such as <c>http://127.0.0.1:8710</c>; port 0 takes a free one.</summary>
    public IReadOnlyList<string> Listen { get; init; } = [DefaultEndpoint];

    /// <summary>Where the root key is; when null, the passphrase if the folder has one, else <c>root.key</c> in it.</summary>
    public RootKeyPlace? RootKey { get; init; }

    /// <summary>
    /// Gives the passphrase of a root key of that kind, chosen now if the argument says so; null when nobody is there to
    /// give it. Called only when it is needed; who called it clears the bytes.
    /// </summary>
    public Func<bool, byte[]?>? AskPassphrase { get; init; }

    /// <summary>Makes root key, database and first access key by itself, and migrates by itself.</summary>
    public bool Dev { get; init; }

    /// <summary>Permits plain HTTP beyond loopback.</summary>
    public bool InsecureHttp { get; init; }

    public string? TlsCertificateFile { get; init; }

    public string? TlsKeyFile { get; init; }

    /// <summary>PEM file of CAs: TLS clients must then show a certificate that one of them issued, and sign as ever.</summary>
    public string? TlsClientAuthorityFile { get; init; }

    /// <summary>Requests a second that one access key may send; 0 for any number, null for the default.</summary>
    public int? LimitPerKey { get; init; }

    /// <summary>Requests a second that one address may send; 0 for any number, null for the default.</summary>
    public int? LimitPerSource { get; init; }

    public int MaximumConnections { get; init; } = DefaultMaximumConnections;

    public string Region { get; init; } = DefaultRegion;

    public string AccountId { get; init; } = DefaultAccountId;

    /// <summary>Where the path of a certificate must end: none (anywhere), system, or a PEM file of roots.</summary>
    public string TrustAnchors { get; init; } = NoTrustAnchors;

    public JudgementProfile CertificateProfile { get; init; } = JudgementProfile.Compatible;

    public LogFormat LogFormat { get; init; } = LogFormat.Console;

    /// <summary>From Information on each refusal is logged, from Debug on each request.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>URL on which Prometheus may read /metrics; null for none.</summary>
    public string? MetricsListen { get; init; }

    /// <summary>The variables OTEL_*, which say whether and where metrics and traces are exported.</summary>
    public IReadOnlyDictionary<string, string> TelemetryVariables { get; init; } =
        FrozenDictionary<string, string>.Empty;

    public AuditOptions Audit { get; init; } = new();

    /// <summary>Added at the start when it does not exist yet.</summary>
    public InitialAccessKey? InitialAccessKey { get; init; }

    internal int RequestsPerKey => LimitPerKey ?? (Dev ? 0 : DefaultLimit);

    internal int RequestsPerSource => LimitPerSource ?? (Dev ? 0 : DefaultLimit);

    /// <summary>Refuses what would stay for good, such as an account id that no ARN can hold, before anything is made.</summary>
    internal void RequireValid()
    {
        if (AccountId.Length is 0 or > MaximumAccountLength || !AccountId.All(char.IsAsciiDigit))
        {
            throw StartException.Usage(
                $"\"{AccountId}\" is not an account id.",
                $"Give --account 1 to {MaximumAccountLength} digits, such as {DefaultAccountId}."
            );
        }

        if (Region.Length is 0 or > MaximumRegionLength || Region.AsSpan().ContainsAnyExcept(RegionCharacters))
        {
            throw StartException.Usage(
                $"\"{Region}\" is not a region id.",
                $"Give --region lower-case letters, digits and dashes, such as {DefaultRegion}."
            );
        }

        if (SharesReplays && !Database.IsShared)
        {
            throw StartException.Usage(
                "--replay-shared (or Replay__Shared) is for nodes that share a database, and this one has its own, SQLite.",
                "Leave it out, since one process sees every request; or give --database."
            );
        }

        InitialAccessKey?.RequireUsable();
        RequireBetween("--limit-per-key", LimitPerKey ?? 0, 0, "requests a second, 0 for any number");
        RequireBetween("--limit-per-source", LimitPerSource ?? 0, 0, "requests a second, 0 for any number");
        RequireBetween("--max-connections", MaximumConnections, 1, "connections");
    }

    private static void RequireBetween(string option, int value, int minimum, string meaning)
    {
        if (value < minimum || value > MaximumLimit)
        {
            throw StartException.Usage(
                $"{option} {value} is out of range.",
                $"Give {option} {minimum} to {MaximumLimit} {meaning}."
            );
        }
    }
}
