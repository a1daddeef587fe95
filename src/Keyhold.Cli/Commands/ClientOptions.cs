using System.CommandLine;
using Keyhold.Cli.Api;

namespace Keyhold.Cli.Commands;

/// <summary>The options of every command that talks to a server, and how such a command runs.</summary>
internal sealed class ClientOptions(Terminal terminal)
{
    private readonly Option<string?> endpoint = new("--endpoint")
    {
        Description = $"The server's address [default: KEYHOLD_ENDPOINT, else {Endpoint.Default}]",
        HelpName = "URL",
    };

    private readonly Option<string?> authorities = new("--ca-cert")
    {
        Description = "Trust the server's TLS certificate if it was issued by a CA in this file",
        HelpName = "PEM",
    };

    private readonly Option<string?> clientCertificate = new("--client-cert")
    {
        Description = "Certificate and chain to show to a server that asks for one (serve --tls-client-ca)",
        HelpName = "PEM",
    };

    private readonly Option<string?> clientKey = new("--client-key")
    {
        Description = "Private key of --client-cert [default: in the same file]",
        HelpName = "PEM",
    };

    public Option<bool> Json { get; } =
        new("--json")
        {
            Description = "Print the API's answer as it came; errors too, on standard error",
            Recursive = true,
        };

    /// <summary>To a command that asks a server; one that does not shows no options for it and takes none.</summary>
    public void AddTo(Command command)
    {
        command.Add(endpoint);
        command.Add(authorities);
        command.Add(clientCertificate);
        command.Add(clientKey);
    }

    /// <summary>To all commands of a group that ask a server.</summary>
    public void AddToEach(IEnumerable<Command> commands)
    {
        foreach (var command in commands)
        {
            AddTo(command);
        }
    }

    /// <summary>Makes <paramref name="command"/> run <paramref name="action"/> with a client that is ready to call.</summary>
    public void Run(Command command, Func<Call, CancellationToken, Task<int>> action) =>
        command.SetAction(
            async (parsed, stop) =>
            {
                using var client = Connect(parsed);
                var call = new Call(parsed, terminal, client, parsed.GetValue(Json));
                return await action(call, stop).ConfigureAwait(false);
            }
        );

    /// <summary>The first option typed that only means something where a server is asked, such as --endpoint.</summary>
    public string? TypedServerOption(ParseResult parsed) =>
        new[] { endpoint, authorities, clientCertificate, clientKey }
            .FirstOrDefault(option => parsed.GetResult(option) is not null)
            ?.Name;

    public ApiClient Connect(ParseResult parsed)
    {
        var address = parsed.GetValue(endpoint) ?? terminal.Variable("KEYHOLD_ENDPOINT") ?? Endpoint.Default;
        var trust = parsed.GetValue(authorities) is { } file
            ? TrustedAuthorities.FromFile(file)
            : TrustedAuthorities.FromSystem();
        if (parsed.GetValue(clientCertificate) is { } certificate)
        {
            trust.ClientCertificateContext = ClientCertificate.FromFiles(certificate, parsed.GetValue(clientKey));
        }
        else if (parsed.GetValue(clientKey) is not null)
        {
            throw new UsageException("--client-key belongs to --client-cert. Give both.");
        }

        return new ApiClient(Endpoint.Parse(address), AccessKey.OfCaller(terminal), trust, terminal);
    }
}
