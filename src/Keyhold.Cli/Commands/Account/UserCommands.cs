using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Account;

/// <summary>The group "user": create, list, show, delete.</summary>
internal sealed class UserCommands
{
    private readonly AccountPlace place;

    private UserCommands(AccountPlace place) => this.place = place;

    public static Command Create(Terminal terminal, ClientOptions client)
    {
        var commands = new UserCommands(new AccountPlace(terminal, client));
        var group = new Command("user", "Users, who may do what their policies allow.")
        {
            commands.Create(),
            commands.List(),
            commands.Show(),
            commands.Delete(),
        };
        commands.place.AddTo(group);
        return group;
    }

    private CommandWithExamples Create()
    {
        var name = Name();
        var displayName = new Option<string?>("--display-name") { Description = "A name for people to read" };
        var comments = new Option<string?>("--comments") { Description = "What the user is for" };
        var command = new CommandWithExamples(
            "create",
            "Makes a user, who has no access key and may do nothing yet.",
            """
            keyhold user create alice
            keyhold access-key create --user alice
            keyhold policy attach KeyholdCertificateSigner --user alice
            """
        )
        {
            name,
            displayName,
            comments,
        };
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync(
                        "CreateUser",
                        stop,
                        ("UserName", call.Value(name)),
                        ("DisplayName", call.Value(displayName)),
                        ("Comments", call.Value(comments))
                    )
                    .ConfigureAwait(false);
                return call.Show(answer, () => call.Terminal.Out.WriteLine($"{call.Value(name)} is created."));
            }
        );
        return command;
    }

    private Command List()
    {
        var marker = PageOptions.Marker();
        var command = new Command("list", "Lists users by name.") { marker };
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync("ListUsers", stop, ("Marker", call.Value(marker)))
                    .ConfigureAwait(false);
                return call.Show(
                    answer,
                    () =>
                    {
                        Screen.WriteTable(
                            call.Terminal,
                            ["UserName", "Display name", "Created"],
                            answer
                                .Objects("Users", "User")
                                .Select(user =>
                                    (IReadOnlyList<string?>)
                                        [
                                            ApiAnswer.TextOf(user, "UserName"),
                                            ApiAnswer.TextOf(user, "DisplayName"),
                                            ApiAnswer.TextOf(user, "CreateDate"),
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
        var command = new Command("show", "Shows a user with its access keys and policies.") { name };
        place.Run(
            command,
            async (call, stop) =>
            {
                var user = ("UserName", (string?)call.Value(name));
                var answer = await call.SendAsync("GetUser", stop, user).ConfigureAwait(false);
                if (call.Json)
                {
                    call.ShowAsItCame(answer);
                    return ExitCode.Good;
                }

                var keys = await call.SendAsync("ListAccessKeys", stop, user).ConfigureAwait(false);
                var policies = await call.SendAsync("ListPoliciesForUser", stop, user).ConfigureAwait(false);
                var fields = answer.Fields.GetProperty("User");
                Screen.WriteFields(
                    call.Terminal,
                    toError: false,
                    [
                        ("UserName", ApiAnswer.TextOf(fields, "UserName")),
                        ("UserId", ApiAnswer.TextOf(fields, "UserId")),
                        ("Display name", Given(ApiAnswer.TextOf(fields, "DisplayName"))),
                        ("Comments", Given(ApiAnswer.TextOf(fields, "Comments"))),
                        ("Created", ApiAnswer.TextOf(fields, "CreateDate")),
                        ("Updated", ApiAnswer.TextOf(fields, "UpdateDate")),
                        .. keys.Objects("AccessKeys", "AccessKey").Select(key => ("Access key", (string?)KeyLine(key))),
                        .. policies
                            .Objects("Policies", "Policy")
                            .Select(policy => ("Policy", (string?)PolicyLine(policy))),
                    ]
                );
                return ExitCode.Good;
            }
        );
        return command;
    }

    private Command Delete()
    {
        var name = Name();
        var command = new Command("delete", "Deletes a user that has neither access keys nor policies.") { name };
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync("DeleteUser", stop, ("UserName", call.Value(name)))
                    .ConfigureAwait(false);
                return call.Show(answer, () => call.Terminal.Out.WriteLine($"{call.Value(name)} is deleted."));
            }
        );
        return command;
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string KeyLine(JsonElement key) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{ApiAnswer.TextOf(key, "AccessKeyId")} {ApiAnswer.TextOf(key, "Status")}"
        );

    private static string PolicyLine(JsonElement policy) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{ApiAnswer.TextOf(policy, "PolicyName")} ({ApiAnswer.TextOf(policy, "PolicyType")}, {ApiAnswer.TextOf(policy, "DefaultVersion")})"
        );

    private static Argument<string> Name() => new("NAME") { Description = "The user's name" };
}
