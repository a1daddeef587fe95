using System.CommandLine;
using Keyhold.Cli.Api;
using Keyhold.Cli.Input;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Account;

/// <summary>The group "policy": create, list, show, update, delete, attach, detach, simulate.</summary>
internal sealed class PolicyCommands
{
    private readonly AccountPlace place;

    private PolicyCommands(AccountPlace place) => this.place = place;

    public static Command Create(Terminal terminal, ClientOptions client)
    {
        var commands = new PolicyCommands(new AccountPlace(terminal, client));
        var group = new Command("policy", "Policies, which say what users may do.")
        {
            commands.Create(),
            commands.List(),
            commands.Show(),
            commands.Update(),
            commands.Delete(),
            commands.Attach("attach", "Gives a user a policy.", "AttachPolicyToUser", "is attached to"),
            commands.Attach("detach", "Takes a policy from a user.", "DetachPolicyFromUser", "is detached from"),
            SimulateCommand.Create(commands.place),
        };
        commands.place.AddTo(group);
        return group;
    }

    private CommandWithExamples Create()
    {
        var name = Name();
        var document = Document();
        var description = new Option<string?>("--description") { Description = "What the policy is for" };
        var command = new CommandWithExamples(
            "create",
            "Makes a policy from a document in the grammar of Alibaba Cloud RAM.",
            """
            keyhold policy create shop-signer --document shop-signer.json
            keyhold policy attach shop-signer --user alice
            """
        )
        {
            name,
            document,
            description,
        };
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync(
                        "CreatePolicy",
                        stop,
                        ("PolicyName", call.Value(name)),
                        ("PolicyDocument", InputFile.ReadText(call.Value(document)!, call.Terminal)),
                        ("Description", call.Value(description))
                    )
                    .ConfigureAwait(false);
                return call.Show(answer, () => call.Terminal.Out.WriteLine($"{call.Value(name)} is created."));
            }
        );
        return command;
    }

    private Command List()
    {
        var type = new Option<string?>("--type")
        {
            Description = "Only System (built-in) or Custom policies",
            CompletionSources = { "System", "Custom" },
        };
        var marker = PageOptions.Marker();
        var command = new Command("list", "Lists policies, the built-in ones first.") { type, marker };
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync(
                        "ListPolicies",
                        stop,
                        ("PolicyType", call.Value(type)),
                        ("Marker", call.Value(marker))
                    )
                    .ConfigureAwait(false);
                return call.Show(
                    answer,
                    () =>
                    {
                        Screen.WriteTable(
                            call.Terminal,
                            ["PolicyName", "Type", "Version", "Users"],
                            answer
                                .Objects("Policies", "Policy")
                                .Select(policy =>
                                    (IReadOnlyList<string?>)
                                        [
                                            ApiAnswer.TextOf(policy, "PolicyName"),
                                            ApiAnswer.TextOf(policy, "PolicyType"),
                                            ApiAnswer.TextOf(policy, "DefaultVersion"),
                                            ApiAnswer.TextOf(policy, "AttachmentCount"),
                                        ]
                                )
                        );
                        PageOptions.TellOfMore(call, answer);
                    }
                );
            }
        );
        return command;
    }

    private Command Show()
    {
        var name = Name();
        var version = new Option<string?>("--version-id")
        {
            Description = "Another version than the one in force",
            HelpName = "vN",
        };
        var command = new Command("show", "Shows the document of a policy on standard output, and the rest beside it.")
        {
            name,
            version,
        };
        place.Run(
            command,
            async (call, stop) =>
            {
                (string, string?)[] target =
                [
                    ("PolicyName", call.Value(name)),
                    ("PolicyType", PolicyTypes.Of(call.Value(name))),
                ];
                var answer = call.Value(version) is { } id
                    ? await call.SendAsync("GetPolicyVersion", stop, [.. target, ("VersionId", id)])
                        .ConfigureAwait(false)
                    : await call.SendAsync("GetPolicy", stop, target).ConfigureAwait(false);
                var shown = answer.Fields.TryGetProperty("PolicyVersion", out var one)
                    ? one
                    : answer.Fields.GetProperty("DefaultPolicyVersion");
                var versions = await call.SendAsync("ListPolicyVersions", stop, target).ConfigureAwait(false);
                return call.Show(
                    answer,
                    () =>
                    {
                        Screen.WriteFields(
                            call.Terminal,
                            toError: true,
                            ("PolicyName", call.Value(name)),
                            ("Type", target[1].Item2),
                            ("Version", ApiAnswer.TextOf(shown, "VersionId")),
                            (
                                "Versions",
                                string.Join(
                                    ", ",
                                    versions
                                        .Objects("PolicyVersions", "PolicyVersion")
                                        .Select(each => ApiAnswer.TextOf(each, "VersionId"))
                                )
                            ),
                            ("Created", ApiAnswer.TextOf(shown, "CreateDate"))
                        );
                        call.Terminal.Out.WriteLine(ApiAnswer.TextOf(shown, "PolicyDocument"));
                    }
                );
            }
        );
        return command;
    }

    private CommandWithExamples Update()
    {
        var name = Name();
        var document = Document();
        var command = new CommandWithExamples(
            "update",
            "Adds a version to a policy and puts it in force; the oldest goes when there are more than five.",
            """
            keyhold policy update shop-signer --document shop-signer.json
            """
        )
        {
            name,
            document,
        };
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync(
                        "CreatePolicyVersion",
                        stop,
                        ("PolicyName", call.Value(name)),
                        ("PolicyDocument", InputFile.ReadText(call.Value(document)!, call.Terminal)),
                        ("SetAsDefault", "true"),
                        ("RotateStrategy", "DeleteOldestNonDefaultVersionWhenLimitExceeded")
                    )
                    .ConfigureAwait(false);
                var version = ApiAnswer.TextOf(answer.Fields.GetProperty("PolicyVersion"), "VersionId");
                return call.Show(
                    answer,
                    () => call.Terminal.Out.WriteLine($"{version} of {call.Value(name)} is in force.")
                );
            }
        );
        return command;
    }

    private Command Delete()
    {
        var name = Name();
        var command = new Command("delete", "Deletes a policy that no user has, with all its versions.") { name };
        place.Run(
            command,
            async (call, stop) =>
            {
                var target = ("PolicyName", (string?)call.Value(name));
                var versions = await call.SendAsync("ListPolicyVersions", stop, target, ("PolicyType", "Custom"))
                    .ConfigureAwait(false);
                await RequireUnattachedAsync(call, target, stop).ConfigureAwait(false);
                foreach (var version in versions.Objects("PolicyVersions", "PolicyVersion"))
                {
                    if (ApiAnswer.TextOf(version, "IsDefaultVersion") is "false")
                    {
                        await call.SendAsync(
                                "DeletePolicyVersion",
                                stop,
                                target,
                                ("VersionId", ApiAnswer.TextOf(version, "VersionId"))
                            )
                            .ConfigureAwait(false);
                    }
                }

                var answer = await call.SendAsync("DeletePolicy", stop, target).ConfigureAwait(false);
                return call.Show(answer, () => call.Terminal.Out.WriteLine($"{call.Value(name)} is deleted."));
            }
        );
        return command;
    }

    private Command Attach(string word, string description, string action, string done)
    {
        var name = Name();
        var user = new Option<string>("--user")
        {
            Description = "The user",
            HelpName = "NAME",
            Required = true,
        };
        var command = new Command(word, description) { name, user };
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync(
                        action,
                        stop,
                        ("UserName", call.Value(user)),
                        ("PolicyName", call.Value(name)),
                        ("PolicyType", PolicyTypes.Of(call.Value(name)))
                    )
                    .ConfigureAwait(false);
                return call.Show(
                    answer,
                    () => call.Terminal.Out.WriteLine($"{call.Value(name)} {done} {call.Value(user)}.")
                );
            }
        );
        return command;
    }

    /// <summary>Without it, the versions would be gone before the refusal.</summary>
    private static async Task RequireUnattachedAsync(Call call, (string, string?) target, CancellationToken stop)
    {
        var policy = await call.SendAsync("GetPolicy", stop, target, ("PolicyType", "Custom")).ConfigureAwait(false);
        if (ApiAnswer.TextOf(policy.Fields.GetProperty("Policy"), "AttachmentCount") is not "0")
        {
            // The refusal is the server's own.
            await call.SendAsync("DeletePolicy", stop, target).ConfigureAwait(false);
        }
    }

    private static Argument<string> Name() => new("NAME") { Description = "The policy's name" };

    private static Option<string> Document() =>
        new("--document")
        {
            Description = "The policy document, JSON; - for standard input",
            HelpName = "FILE",
            Required = true,
        };
}
