using System.CommandLine;
using System.CommandLine.Help;
using Keyhold.Cli.Commands.Account;
using Keyhold.Cli.Commands.Audit;
using Keyhold.Cli.Commands.Backups;
using Keyhold.Cli.Commands.Certificates;
using Keyhold.Cli.Commands.Demo;
using Keyhold.Cli.Commands.Sealing;

namespace Keyhold.Cli.Commands;

/// <summary>All commands. Making the tree does no work: a server, Spectre and HTTP are loaded by the command that runs.</summary>
internal sealed class CommandTree
{
    private readonly Command serve;
    private readonly Command demo;

    public CommandTree(Terminal terminal)
    {
        var client = new ClientOptions(terminal);
        Json = client.Json;
        demo = DemoCommand.Create(terminal);
        serve = ServeCommand.Create(terminal);
        Root = new RootCommand("Keyhold, a key management service that speaks the Alibaba Cloud KMS API.")
        {
            demo,
            serve,
            InitCommand.Create(terminal),
            RotateCommands.Create(terminal),
            DatabaseCommand.Create(terminal),
            BackupCommand.Create(terminal, client.Json),
            RestoreCommand.Create(terminal, client.Json),
            CertificateCommands.Create(terminal, client),
            UserCommands.Create(terminal, client),
            AccessKeyCommands.Create(terminal, client),
            PolicyCommands.Create(terminal, client),
            AuditCommands.Create(terminal, client.Json),
            ApiCommand.Create(client),
        };
        foreach (var command in SealCommands.Create(terminal))
        {
            Root.Add(command);
        }

        var help = Root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    public RootCommand Root { get; }

    public Option<bool> Json { get; }

    /// <summary>Commands that take Ctrl-C and SIGTERM themselves, since they have something to finish.</summary>
    public bool EndsByItself(Command command) => command == serve || command == demo;
}
