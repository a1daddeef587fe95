using System.CommandLine;
using Keyhold.Cli.Api;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands.Account;

/// <summary>Where users, access keys and policies are administered: on a server, or with --data in the folder of a stopped one.</summary>
internal sealed class AccountPlace(Terminal terminal, ClientOptions client)
{
    private readonly FolderOptions folder = new(
        "Work on the data folder of a stopped server instead of asking a server"
    );

    public void AddTo(Command group)
    {
        client.AddToEach(group.Subcommands);
        group.Add(client.Json);
        folder.AddTo(group);
    }

    /// <summary>Makes <paramref name="command"/> run <paramref name="action"/> on whichever place was typed.</summary>
    public void Run(Command command, Func<Call, CancellationToken, Task<int>> action) =>
        command.SetAction(
            async (parsed, stop) =>
            {
                var json = parsed.GetValue(client.Json);
                if (IsFolder(parsed))
                {
                    var account = await OfflineAccount
                        .OpenAsync(folder.Read(parsed, terminal), terminal.Time, stop)
                        .ConfigureAwait(false);
                    var stopped = new StoppedFolder(account);
                    await using (stopped.ConfigureAwait(false))
                    {
                        return await action(new Call(parsed, terminal, stopped, json), stop).ConfigureAwait(false);
                    }
                }

                using var server = client.Connect(parsed);
                return await action(new Call(parsed, terminal, server, json), stop).ConfigureAwait(false);
            }
        );

    private bool IsFolder(ParseResult parsed)
    {
        if (parsed.GetResult(folder.Data) is null)
        {
            return
                parsed.GetValue(folder.RootKey) is null
                && parsed.GetValue(folder.Account) is null
                && parsed.GetValue(folder.Database.Option) is null
                ? false
                : throw new UsageException(
                    "--root-key, --account and --database belong to --data, which names the data folder."
                );
        }

        return client.TypedServerOption(parsed) is { } option
            ? throw new UsageException(
                $"--data and {option} exclude each other. Leave out {option} to work on the data folder of a stopped "
                    + "server, or --data to ask a running one."
            )
            : true;
    }
}
