using System.CommandLine;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Account;

/// <summary>The group "access-key": create, list, last-used, disable, enable, rotate, delete.</summary>
internal sealed class AccessKeyCommands
{
    private readonly AccountPlace place;
    private readonly Option<string?> user = new("--user")
    {
        Description = "The user whose keys they are [default: whoever signs; with --data the account's root]",
        HelpName = "NAME",
        Recursive = true,
    };

    private AccessKeyCommands(AccountPlace place) => this.place = place;

    public static Command Create(Terminal terminal, ClientOptions client)
    {
        var commands = new AccessKeyCommands(new AccountPlace(terminal, client));
        var group = new Command("access-key", "Access keys, with which callers sign their requests.")
        {
            commands.Create(),
            commands.List(),
            commands.LastUsed(),
            commands.SetStatus(
                "disable",
                "Disables an access key: its requests are refused until it is enabled again.",
                "Inactive"
            ),
            commands.SetStatus("enable", "Enables a disabled access key.", "Active"),
            commands.Rotate(),
            commands.Delete(),
        };
        group.Add(commands.user);
        commands.place.AddTo(group);
        return group;
    }

    private CommandWithExamples Create()
    {
        var command = new CommandWithExamples(
            "create",
            "Makes an access key and shows its secret, this once.",
            """
            keyhold access-key create
            keyhold access-key create --user alice
            keyhold access-key create --data /var/lib/keyhold --root-key file:/etc/keyhold/root.key
            """
        );
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await CreateAsync(call, stop).ConfigureAwait(false);
                return call.Show(answer, () => ShowSecret(call, answer));
            }
        );
        return command;
    }

    private Command List()
    {
        var command = new Command("list", "Lists access keys, without their secrets.");
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync("ListAccessKeys", stop, User(call)).ConfigureAwait(false);
                return call.Show(
                    answer,
                    () =>
                        Screen.WriteTable(
                            call.Terminal,
                            ["AccessKeyId", "Status", "Created"],
                            answer
                                .Objects("AccessKeys", "AccessKey")
                                .Select(key =>
                                    (IReadOnlyList<string?>)
                                        [
                                            ApiAnswer.TextOf(key, "AccessKeyId"),
                                            ApiAnswer.TextOf(key, "Status"),
                                            ApiAnswer.TextOf(key, "CreateDate"),
                                        ]
                                )
                        )
                );
            }
        );
        return command;
    }

    private Command LastUsed()
    {
        var id = Id();
        var command = new Command("last-used", "Shows when, for what and from where an access key was used last.")
        {
            id,
        };
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync(
                        "GetAccessKeyLastUsed",
                        stop,
                        User(call),
                        ("UserAccessKeyId", call.Value(id))
                    )
                    .ConfigureAwait(false);
                var used = answer.Fields.GetProperty("AccessKeyLastUsed");
                return call.Show(
                    answer,
                    () =>
                        Screen.WriteFields(
                            call.Terminal,
                            toError: false,
                            ("AccessKeyId", call.Value(id)),
                            ("Last used", ApiAnswer.TextOf(used, "LastUsedDate") ?? "never"),
                            ("Action", ApiAnswer.TextOf(used, "LastUsedAction")),
                            ("Source", ApiAnswer.TextOf(used, "LastUsedSource"))
                        )
                );
            }
        );
        return command;
    }

    private Command SetStatus(string name, string description, string status)
    {
        var id = Id();
        var command = new Command(name, description) { id };
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await SetStatusAsync(call, call.Value(id), status, stop).ConfigureAwait(false);
                return call.Show(answer, () => call.Terminal.Out.WriteLine($"{call.Value(id)} is {name}d."));
            }
        );
        return command;
    }

    private CommandWithExamples Rotate()
    {
        var id = Id();
        var disableOld = new Option<bool>("--disable-old")
        {
            Description = "Disable the old key at once, instead of when every client has the new one",
        };
        var command = new CommandWithExamples(
            "rotate",
            "Makes a new access key beside an old one and shows its secret, this once.",
            """
            keyhold access-key rotate KHq3VdT0mYx8ZbRk5WcNf1Lp --user alice
            """
        )
        {
            id,
            disableOld,
        };
        place.Run(
            command,
            async (call, stop) =>
            {
                // A typing mistake is told before there is a new key.
                var old = call.Value(id);
                await call.SendAsync("GetAccessKeyLastUsed", stop, User(call), ("UserAccessKeyId", old))
                    .ConfigureAwait(false);
                var answer = await CreateAsync(call, stop).ConfigureAwait(false);
                if (call.Value(disableOld))
                {
                    await SetStatusAsync(call, old, "Inactive", stop).ConfigureAwait(false);
                }

                return call.Show(
                    answer,
                    () =>
                    {
                        ShowSecret(call, answer);
                        call.Terminal.Error.WriteLine(
                            call.Value(disableOld)
                                ? $"{old} is disabled. When nothing misses it: keyhold access-key delete {ShellWord.Of(old)}"
                                : $"Give the new key to the clients, then: keyhold access-key disable {ShellWord.Of(old)}"
                        );
                    }
                );
            }
        );
        return command;
    }

    private Command Delete()
    {
        var id = Id();
        var command = new Command("delete", "Deletes an access key for good.") { id };
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync(
                        "DeleteAccessKey",
                        stop,
                        User(call),
                        ("UserAccessKeyId", call.Value(id))
                    )
                    .ConfigureAwait(false);
                return call.Show(answer, () => call.Terminal.Out.WriteLine($"{call.Value(id)} is deleted."));
            }
        );
        return command;
    }

    private Task<ApiAnswer> CreateAsync(Call call, CancellationToken stop) =>
        call.SendAsync("CreateAccessKey", stop, User(call));

    private Task<ApiAnswer> SetStatusAsync(Call call, string id, string status, CancellationToken stop) =>
        call.SendAsync("UpdateAccessKey", stop, User(call), ("UserAccessKeyId", id), ("Status", status));

    private (string Name, string? Value) User(Call call) => ("UserName", call.Value(user));

    private static void ShowSecret(Call call, ApiAnswer answer)
    {
        if (!answer.Fields.TryGetProperty("AccessKey", out var key))
        {
            throw new UnreachableException("The server's answer has no field AccessKey: is it a Keyhold server?");
        }

        Screen.WriteFields(
            call.Terminal,
            toError: false,
            ("AccessKeyId", ApiAnswer.TextOf(key, "AccessKeyId")),
            ("Secret", ApiAnswer.TextOf(key, "AccessKeySecret")),
            ("Created", ApiAnswer.TextOf(key, "CreateDate"))
        );
        call.Terminal.Error.WriteLine("Write the secret down: it is shown this once.");
    }

    private static Argument<string> Id() => new("ACCESS-KEY-ID") { Description = "The access key's id" };
}
