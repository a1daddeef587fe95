using System.CommandLine;
using System.Runtime.InteropServices;
using Keyhold.Cli.Api;
using Keyhold.Cli.Commands.Audit;
using Keyhold.Cli.Commands.Certificates;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands;

/// <summary>serve: the server, until SIGTERM or Ctrl-C. Standard output carries one line, when it is ready.</summary>
internal static class ServeCommand
{
    /// <summary>How .NET spells the setting Replay:Shared in the environment.</summary>
    private const string ReplayVariable = "Replay__Shared";

    public static Command Create(Terminal terminal)
    {
        var folder = new FolderOptions($"The data folder [default: {FolderOptions.DefaultFolder}]");
        var dev = new Option<bool>("--dev")
        {
            Description = "For trying out: makes data folder, root key and first access key by itself",
        };
        var listen = new Option<string[]>("--listen")
        {
            Description =
                $"Address to listen on; repeat the option for more [default: {ServerOptions.DefaultEndpoint}]",
            HelpName = "URL",
        };
        var tlsCertificate = new Option<string?>("--tls-cert")
        {
            Description = "Certificate and chain for https addresses",
            HelpName = "PEM",
        };
        var tlsKey = new Option<string?>("--tls-key") { Description = "Private key of --tls-cert", HelpName = "PEM" };
        var tlsClientAuthorities = new Option<string?>("--tls-client-ca")
        {
            Description = "CAs: TLS clients must then show a certificate of one of them, and sign as ever",
            HelpName = "PEM",
        };
        var limitPerKey = LimitOption("--limit-per-key", "one access key");
        var limitPerSource = LimitOption("--limit-per-source", "one address (of IPv6: a /64)");
        var maximumConnections = new Option<int?>("--max-connections")
        {
            Description = $"Open connections at most [default: {ServerOptions.DefaultMaximumConnections}]",
            HelpName = "N",
        };
        var replayShared = new Option<bool>("--replay-shared")
        {
            Description =
                "The nodes of one database remember together which requests they accepted, for a write each; also by the "
                + $"variable {ReplayVariable}=true",
        };
        var insecure = new Option<bool>("--insecure-http")
        {
            Description = "Allow plain HTTP beyond this machine: everybody on the way can read secrets",
        };
        var region = new Option<string?>("--region")
        {
            Description = $"The region that ARNs name [default: {ServerOptions.DefaultRegion}]",
            HelpName = "ID",
        };
        var anchors = new Option<string?>("--trust-anchors")
        {
            Description =
                "Where the path of an uploaded certificate must end: none (anywhere), system (this machine's roots) or "
                + $"a PEM file of roots [default: {ServerOptions.NoTrustAnchors}]",
            HelpName = "none|system|FILE",
        };
        var profile = new Option<string?>("--certificate-profile")
        {
            Description =
                "How certificates are judged: strict is RFC 5280 to the letter, compatible forgives harmless faults "
                + $"[default: {JudgementChoices.Compatible}]",
            HelpName = $"{JudgementChoices.Strict}|{JudgementChoices.Compatible}",
        };
        var command = new CommandWithExamples(
            "serve",
            "Starts the server. The first access key comes from KEYHOLD_ACCESS_KEY_ID and KEYHOLD_ACCESS_KEY_SECRET, "
                + "or is made and printed once.",
            """
            keyhold serve --dev
            keyhold init --data /var/lib/keyhold --root-key file:/etc/keyhold/root.key
            keyhold serve --data /var/lib/keyhold --root-key file:/etc/keyhold/root.key \
                --listen https://0.0.0.0:8710 --tls-cert server.pem --tls-key server.key
            """
        )
        {
            dev,
            listen,
            tlsCertificate,
            tlsKey,
            tlsClientAuthorities,
            limitPerKey,
            limitPerSource,
            maximumConnections,
            replayShared,
            insecure,
            region,
            anchors,
            profile,
        };
        var trail = new TrailOptions();
        trail.AddTo(command);
        var telemetry = new TelemetryOptions();
        telemetry.AddTo(command);
        folder.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(tlsCertificate) is null != (result.GetResult(tlsKey) is null))
            {
                result.AddError("--tls-cert and --tls-key belong together. Give both, or neither for plain HTTP.");
            }
            else if (result.GetResult(tlsClientAuthorities) is not null && result.GetResult(tlsCertificate) is null)
            {
                result.AddError("--tls-client-ca needs TLS. Give --tls-cert and --tls-key too.");
            }
        });
        command.SetAction(
            (parsed, stop) =>
                RunAsync(
                    telemetry.Read(parsed, terminal, folder.Read(parsed, terminal)) with
                    {
                        Listen = parsed.GetValue(listen) is { Length: > 0 } urls
                            ? urls
                            : [ServerOptions.DefaultEndpoint],
                        Dev = parsed.GetValue(dev),
                        SharesReplays = parsed.GetValue(replayShared) || IsTrue(terminal, ReplayVariable),
                        InsecureHttp = parsed.GetValue(insecure),
                        TlsCertificateFile = parsed.GetValue(tlsCertificate),
                        TlsKeyFile = parsed.GetValue(tlsKey),
                        TlsClientAuthorityFile = parsed.GetValue(tlsClientAuthorities),
                        LimitPerKey = parsed.GetValue(limitPerKey),
                        LimitPerSource = parsed.GetValue(limitPerSource),
                        MaximumConnections =
                            parsed.GetValue(maximumConnections) ?? ServerOptions.DefaultMaximumConnections,
                        Region = parsed.GetValue(region) ?? ServerOptions.DefaultRegion,
                        TrustAnchors = parsed.GetValue(anchors) ?? ServerOptions.NoTrustAnchors,
                        CertificateProfile = JudgementChoices.ProfileOf(
                            parsed.GetValue(profile) ?? JudgementChoices.Compatible
                        ),
                        Audit = trail.Read(parsed),
                        InitialAccessKey = AccessKey.ToAddFirst(terminal),
                    },
                    terminal,
                    stop
                )
        );
        return command;
    }

    private static bool IsTrue(Terminal terminal, string variable) =>
        terminal.Variable(variable) is { } text
        && (
            bool.TryParse(text, out var value)
                ? value
                : throw new UsageException($"{variable} is \"{text}\", but true or false is expected.")
        );

    private static Option<int?> LimitOption(string name, string whose) =>
        new(name)
        {
            Description =
                $"Requests a second that {whose} may send; 0 for any number [default: {ServerOptions.DefaultLimit}, with --dev 0]",
            HelpName = "N",
        };

    private static async Task<int> RunAsync(ServerOptions options, Terminal terminal, CancellationToken stop)
    {
        using var signals = new ShutdownSignals();
        var server = await KeyholdServer.StartAsync(options, terminal.Time, stop).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            using var reload = PosixSignalRegistration.Create(
                PosixSignal.SIGHUP,
                signal =>
                {
                    signal.Cancel = true;
                    server.ReloadCertificate();
                }
            );
            ServeBanner.Write(terminal, options, server);
            terminal.Out.WriteLine($"Keyhold is listening on {string.Join(", ", server.Urls)}");
            await signals.WaitAsync().ConfigureAwait(false);
        }

        return ExitCode.Good;
    }
}
