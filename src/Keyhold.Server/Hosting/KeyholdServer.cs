using System.Net.Sockets;
using Keyhold.Crypto.Certificates;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Audit;
using Keyhold.Server.Control;
using Keyhold.Server.Expiry;
using Keyhold.Server.Hosting.Tls;
using Keyhold.Server.Limits;
using Keyhold.Server.Metrics;
using Keyhold.Server.Pipeline;
using Keyhold.Server.RootKeys;
using Keyhold.Server.Telemetry;
using Keyhold.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Hosting;

/// <summary>A running Keyhold: from options to an open port, and back in an orderly way.</summary>
public sealed partial class KeyholdServer : IAsyncDisposable
{
    /// <summary>A request that runs when the stop comes has so long to finish.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);

    private readonly WebApplication application;
    private readonly SealedFolder folder;
    private readonly SealSwitch seal;
    private readonly RotationDesk rotations;
    private readonly Instruments instruments;
    private readonly HealthChecks health;
    private readonly TlsDoor? tls;
    private readonly ExpiryWatch expiry;
    private OtlpExport? export;
    private MetricsDoor? metrics;
    private readonly NodeNews news;
    private ControlSocket? control;
    private string? stopReason;
    private bool disposed;

    private KeyholdServer(
        WebApplication application,
        SealedFolder folder,
        SealSwitch seal,
        Instruments instruments,
        RotationDesk rotations,
        HealthChecks health,
        TlsDoor? tls,
        ExpiryWatch expiry,
        NodeNews news
    )
    {
        this.expiry = expiry;
        this.application = application;
        this.folder = folder;
        this.seal = seal;
        this.instruments = instruments;
        this.rotations = rotations;
        this.health = health;
        this.tls = tls;
        this.news = news;
    }

    /// <summary>The URLs that are listened on, with the real ports.</summary>
    public IReadOnlyList<string> Urls { get; private set; } = [];

    /// <summary>Where /metrics is, if anywhere.</summary>
    public string? MetricsUrl => metrics?.Url;

    /// <summary>The access key that this start added, if any.</summary>
    public InitialAccessKey? AddedAccessKey { get; private set; }

    /// <summary>Whether <see cref="AddedAccessKey"/> was made up here: its secret must be told now or is lost.</summary>
    public bool GeneratedAccessKey { get; private set; }

    /// <summary>Whether this start made the root key (dev mode only).</summary>
    public bool CreatedRootKey => folder.CreatedRootKey;

    /// <summary>Whether it waits for its passphrase, and answers nothing until then.</summary>
    public bool IsSealed => seal.IsSealed;

    /// <summary>Starts; everything that a user can mend is a <see cref="StartException"/>.</summary>
    public static async Task<KeyholdServer> StartAsync(ServerOptions options, TimeProvider time, CancellationToken stop)
    {
        // What can be refused without touching the data folder comes first.
        options.RequireValid();
        FileDescriptors.RequireEnough(FileDescriptors.Limit);
        var addresses = options.Listen.Select(ListenAddress.Parse).ToArray();
        foreach (var address in addresses)
        {
            address.RequireSafe(options);
        }

        var metricsAddress = options.MetricsListen is { } metricsUrl ? ListenAddress.Parse(metricsUrl) : null;
        metricsAddress?.RequireSafe(options);
        var variables = new TelemetryVariables(options.TelemetryVariables);
        var judgement = TrustPolicy.Of(options);
        var tlsDoor = TlsDoor.Open(options);
        var opened = await SealedFolder.OpenAsync(options, time, stop);
        KeyholdServer? server = null;
        try
        {
            server = Build(options, addresses, tlsDoor, opened, judgement, time);
            await server.news.EnterAsync(opened.Database, opened.Trail.Node, stop);
            await opened.Trail.RecordAsync(CommandEvent.OfServer("StartServer"));
            await server.seal.UnsealByAskingAsync(stop);
            await server.application.StartAsync(stop);
            server.export = new OtlpExport(variables);
            if (metricsAddress is not null)
            {
                server.metrics = MetricsDoor.Build(metricsAddress, tlsDoor, variables);
                await server.metrics.StartAsync(stop);
            }

            tlsDoor?.Watch(server.instruments.Logger, time);
            server.Urls = [.. server.BoundAddresses()];
            await server.OpenControlAsync(options, time, stop);
            _ = server.expiry.LookAsync();
            return server;
        }
        catch (Exception failure)
        {
            if (server is not null)
            {
                server.stopReason = failure.Message;
                await server.DisposeAsync();
            }
            else
            {
                await opened.DisposeAsync();
            }

            throw Explain(failure, options);
        }
    }

    /// <summary>Looks at once whether the TLS files have changed, rather than within two seconds.</summary>
    public void ReloadCertificate() => tls?.Reload(instruments.Logger);

    /// <summary>Answers the requests that run, takes no new ones, and closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        health.Stopping();
        tls?.Dispose();
        using (var drain = new CancellationTokenSource(DrainTime))
        {
            await application.StopAsync(drain.Token);
        }

        if (control is not null)
        {
            await control.DisposeAsync();
        }

        await expiry.DisposeAsync();

        // Before sealing, which signs what there is.
        await folder.Trail.RecordIfPossibleAsync(
            CommandEvent.OfServer("StopServer") with
            {
                Error = stopReason is null ? null : ("Refused", stopReason),
            }
        );
        await seal.DisposeAsync();
        var gone = seal.Gone;
        if (gone.IsCompleted)
        {
            await CloseAsync();
        }
        else
        {
            // Something hangs, and may yet write: the folder is not taken from under it, and the stop does not wait for it.
            Log.StillRunning(instruments.Logger);
            _ = CloseAfterAsync(gone);
        }
    }

    private async Task CloseAfterAsync(Task gone)
    {
        await gone;
        await CloseAsync();
    }

    private async Task CloseAsync()
    {
        await rotations.DisposeAsync();
        if (metrics is not null)
        {
            await metrics.DisposeAsync();
        }

        export?.Dispose();
        await application.DisposeAsync();

        // Whoever waits to have the database to himself must not miss what this node still wrote.
        await news.DisposeAsync();
        await folder.DisposeAsync();
        instruments.Dispose();
    }

    private static KeyholdServer Build(
        ServerOptions options,
        ListenAddress[] addresses,
        TlsDoor? tls,
        SealedFolder folder,
        JudgementOptions judgement,
        TimeProvider time
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        LogSetup.Apply(builder.Logging, options.LogFormat, options.LogLevel, time);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(services => new Instruments(
            services.GetRequiredService<ILoggerFactory>().CreateLogger("Keyhold")
        ));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        ConnectionLimit? connections = null;
        var maximumConnections = FileDescriptors.ConnectionsWithin(FileDescriptors.Limit, options.MaximumConnections);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            KestrelSettings.Apply(kestrel);
            connections = new ConnectionLimit(maximumConnections, InstrumentsOf(kestrel.ApplicationServices), time);
            foreach (var address in addresses)
            {
                address.Apply(kestrel, listen => KestrelSettings.Secure(listen, address, connections, tls));
            }
        });

        var built = builder.Build();
        var counters = InstrumentsOf(built.Services);
        if (folder.Trail.Damage is { } damage)
        {
            Log.TrailDamaged(counters.Logger, damage);
        }

        if (maximumConnections < options.MaximumConnections / 2)
        {
            Log.FewDescriptors(counters.Logger, maximumConnections, options.MaximumConnections);
        }

        foreach (var warning in folder.Database.Warnings)
        {
            Log.DatabaseWarning(counters.Logger, warning);
        }

        // These two outlive a sealing: a request that was accepted before must not be accepted again after it.
        var throttle = Throttle.Of(options, counters, time);
        var replays = new ReplayWindow(time);
        var installation = new Installation(options.Region, options.AccountId);
        folder.Trail.Written = counters.AuditWritten;
        KeyholdServer? server = null;
        var audit = new RequestAudit(folder.Trail, installation, time);
        var gate = new SealSwitch(
            folder,
            async (opened, stop) =>
            {
                await server!.AddFirstAccessKeyAsync(opened, options, time, stop);
                var parts = new Parts(
                    opened,
                    installation,
                    judgement,
                    counters,
                    time,
                    throttle,
                    replays,
                    options.SharesReplays
                );
                server.news.Join(parts);
                return parts;
            }
        );
        var checks = new HealthChecks(folder, gate);
        built.Run(new HttpDoor(gate, checks, throttle, new Replies(audit, throttle, counters)).HandleAsync);
        var watch = new ExpiryWatch(gate, counters, time);
        StateGauges.Add(counters.Meter, gate, folder.Trail, watch, time);
        StateGauges.AddDoor(counters.Meter, () => connections?.Open ?? 0, replays);
        server = new KeyholdServer(
            built,
            folder,
            gate,
            counters,
            new RotationDesk(gate, folder, installation, counters.Logger, time),
            checks,
            tls,
            watch,
            new NodeNews(gate)
        );
        return server;
    }

    /// <summary>At the start whatever is missing; at a later unsealing only a chosen one, since nobody would see the secret.</summary>
    private async ValueTask AddFirstAccessKeyAsync(
        OpenedFolder opened,
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        if (control is null || options.InitialAccessKey is not null)
        {
            (AddedAccessKey, GeneratedAccessKey) = await FirstAccessKey.EnsureAsync(opened, options, time, stop);
        }
    }

    /// <summary>From here on the folder's owner can seal and unseal; a rotation that was stopped on its way goes on.</summary>
    private async Task OpenControlAsync(ServerOptions options, TimeProvider time, CancellationToken stop)
    {
        control = ControlSocket.Open(
            options.DataFolder,
            new ControlDesk(seal, folder, rotations, time),
            instruments.Logger
        );
        await rotations.ResumeAsync(stop);
    }

    private static Instruments InstrumentsOf(IServiceProvider services) => services.GetRequiredService<Instruments>();

    private static Exception Explain(Exception failure, ServerOptions options) =>
        failure switch
        {
            IOException { InnerException: AddressInUseException } => new StartException(
                $"Another program already listens on {string.Join(", ", options.Listen)}.",
                "Stop it, or choose another port with --listen URL.",
                failure
            ),
            IOException or SocketException => new StartException(
                $"It cannot be listened on {string.Join(", ", options.Listen)}: {failure.Message}.",
                "Choose an address of this machine, and a port that this user may open (from 1024 on), with --listen URL.",
                failure
            ),
            AuditUnavailableException => new StartException(
                failure.Message,
                "Keyhold does not work without its audit trail: make room on the data folder's disk.",
                failure
            ),
            RowTamperedException or StorageUnavailableException => new StartException(failure.Message, "", failure),
            _ => failure,
        };

    private IEnumerable<string> BoundAddresses() =>
        application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    private static partial class Log
    {
        [LoggerMessage(
            1101,
            LogLevel.Error,
            "{Damage} It stays as it was found, and is continued; keyhold audit verify names the places."
        )]
        public static partial void TrailDamaged(ILogger logger, string damage);

        [LoggerMessage(1103, LogLevel.Warning, "{Warning}")]
        public static partial void DatabaseWarning(ILogger logger, string warning);

        [LoggerMessage(
            1102,
            LogLevel.Error,
            "The server stops although something still runs: its keys and the data folder's lock go with the process."
        )]
        public static partial void StillRunning(ILogger logger);

        [LoggerMessage(
            1104,
            LogLevel.Warning,
            "There are file descriptors for {Possible} connections only, not for the {Asked} of --max-connections: raise the limit (ulimit -n, LimitNOFILE) or lower the option."
        )]
        public static partial void FewDescriptors(ILogger logger, int possible, int asked);
    }
}
