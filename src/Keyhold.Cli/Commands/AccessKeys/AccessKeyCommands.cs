using System.CommandLine;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands.AccessKeys;

/// <summary>The group "access-key": create, list, disable, enable, delete.</summary>
internal sealed class AccessKeyCommands
{
    private readonly Terminal terminal;
    private readonly ClientOptions client;
    private readonly FolderOptions folder = new(
        "Work on the data folder of a stopped server instead of asking a server"
    );

    private AccessKeyCommands(Terminal terminal, ClientOptions client)
    {
        this.terminal = terminal;
        this.client = client;
    }

    public static Command Create(Terminal terminal, ClientOptions client)
    {
        var commands = new AccessKeyCommands(terminal, client);
        var group = new Command("access-key", "Access keys, with which callers sign their requests.")
        {
            commands.Create(),
            commands.List(),
            commands.Change(
                "disable",
                "Disables an access key: its requests are refused until it is enabled again.",
                "disabled",
                (place, id, stop) => place.SetEnabledAsync(id, enabled: false, stop)
            ),
            commands.Change(
                "enable",
                "Enables a disabled access key.",
                "enabled",
                (place, id, stop) => place.SetEnabledAsync(id, enabled: true, stop)
            ),
            commands.Change(
                "delete",
                "Deletes an access key for good.",
                "deleted",
                (place, id, stop) => place.DeleteAsync(id, stop)
            ),
        };
        client.AddTo(group);
        commands.folder.AddTo(group);
        return group;
    }

    private CommandWithExamples Create()
    {
        var command = new CommandWithExamples(
            "create",
            "Makes an access key and shows its secret, this once.",
            """
            keyhold access-key create
            keyhold access-key create --data /var/lib/keyhold --root-key file:/etc/keyhold/root.key
            """
        );
        Run(
            command,
            (place, _, stop) => place.CreateAsync(stop),
            (_, answer) =>
            {
                var key = answer.Keys[0];
                Screen.WriteFields(
                    terminal,
                    toError: false,
                    ("AccessKeyId", key.Id),
                    ("Secret", key.Secret),
                    ("Created", key.CreateDate)
                );
                terminal.Error.WriteLine("Write the secret down: it is shown this once.");
            }
        );
        return command;
    }

    private Command List()
    {
        var command = new Command("list", "Lists access keys, without their secrets.");
        Run(
            command,
            (place, _, stop) => place.ListAsync(stop),
            (_, answer) =>
                Screen.WriteTable(
                    terminal,
                    ["AccessKeyId", "Status", "Created"],
                    answer.Keys.Select(key => (IReadOnlyList<string?>)[key.Id, key.Status, key.CreateDate])
                )
        );
        return command;
    }

    private Command Change(
        string name,
        string description,
        string done,
        Func<IAccessKeyPlace, string, CancellationToken, Task<AccessKeyAnswer>> change
    )
    {
        var id = new Argument<string>("ACCESS-KEY-ID") { Description = "The access key's id" };
        var command = new Command(name, description) { id };
        Run(
            command,
            (place, parsed, stop) => change(place, parsed.GetRequiredValue(id), stop),
            (parsed, _) => terminal.Out.WriteLine($"{parsed.GetRequiredValue(id)} is {done}.")
        );
        return command;
    }

    private void Run(
        Command command,
        Func<IAccessKeyPlace, ParseResult, CancellationToken, Task<AccessKeyAnswer>> action,
        Action<ParseResult, AccessKeyAnswer> forPeople
    ) =>
        command.SetAction(
            async (parsed, stop) =>
            {
                var place = await OpenAsync(parsed, stop).ConfigureAwait(false);
                await using (place.ConfigureAwait(false))
                {
                    var answer = await action(place, parsed, stop).ConfigureAwait(false);
                    if (parsed.GetValue(client.Json))
                    {
                        terminal.RawOutput.Write(answer.Json.Span);
                        terminal.Out.WriteLine();
                    }
                    else
                    {
                        forPeople(parsed, answer);
                    }
                }

                return ExitCode.Good;
            }
        );

    private async Task<IAccessKeyPlace> OpenAsync(ParseResult parsed, CancellationToken stop)
    {
        if (parsed.GetResult(folder.Data) is null)
        {
            return parsed.GetValue(folder.RootKey) is null && parsed.GetValue(folder.Account) is null
                ? new RunningServer(client.Connect(parsed))
                : throw new UsageException("--root-key and --account belong to --data, which names the data folder.");
        }

        if (client.TypedServerOption(parsed) is { } option)
        {
            throw new UsageException(
                $"--data and {option} exclude each other. Leave out {option} to work on the data folder of a stopped "
                    + "server, or --data to ask a running one."
            );
        }

        return new StoppedFolder(
            await OfflineAccessKeys.OpenAsync(folder.Read(parsed, terminal), terminal.Time, stop).ConfigureAwait(false),
            terminal.Time
        );
    }
}
