using System.CommandLine;
using System.Text;
using System.Text.Json;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Account;

/// <summary>policy simulate: which statement decides what a user may do. Exit code 0 for Allow, 1 otherwise.</summary>
internal static class SimulateCommand
{
    public static Command Create(AccountPlace place)
    {
        var user = Required("--user", "The user", "NAME");
        var action = Required("--action", "What would be asked for, such as kms:DescribeCertificate", "ACTION");
        var resource = Required("--resource", "On what: an ARN, as DescribeCertificate shows it", "ARN");
        var sourceIp = Optional("--source-ip", "From this address", "IP");
        var userAgent = Optional("--user-agent", "By this program", "TEXT");
        var time = Optional("--time", "At this moment, such as 2026-11-24T17:00:00+08:00 [default: now]", "TIME");
        var secure = new Option<bool?>("--secure") { Description = "Over TLS (true) or not (false)" };
        var tags = new Option<string[]>("--tag")
        {
            Description = "The resource has this tag; may be repeated",
            HelpName = "KEY=VALUE",
        };
        var command = new CommandWithExamples(
            "simulate",
            "Explains which statement decides what a user may do. What is not given is missing to conditions.",
            """
            keyhold policy simulate --user alice --action kms:CertificatePrivateKeySign --resource ARN
            keyhold policy simulate --user alice --action kms:ListCertificates --resource acs:kms:cn-hangzhou:1000000000000001:certificate --source-ip 10.1.2.3
            """
        )
        {
            user,
            action,
            resource,
            sourceIp,
            userAgent,
            time,
            secure,
            tags,
        };
        place.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync(
                        "SimulatePolicy",
                        stop,
                        ("UserName", call.Value(user)),
                        ("SimulatedAction", call.Value(action)),
                        ("SimulatedResource", call.Value(resource)),
                        ("SourceIp", call.Value(sourceIp)),
                        ("SimulatedUserAgent", call.Value(userAgent)),
                        ("CurrentTime", call.Value(time)),
                        ("SecureTransport", call.Value(secure)?.ToString()),
                        ("ResourceTags", TagsIn(call.Value(tags) ?? []))
                    )
                    .ConfigureAwait(false);
                var decision = answer.Required("Decision");
                call.Show(
                    answer,
                    () =>
                        Screen.WriteFields(
                            call.Terminal,
                            toError: false,
                            ("Decision", decision),
                            ("Policy", answer.Text("PolicyName")),
                            ("Type", answer.Text("PolicyType")),
                            ("Version", answer.Text("VersionId")),
                            ("Statement", answer.Text("StatementIndex")),
                            ("Reason", answer.Text("Reason"))
                        )
                );
                return decision is "Allow" ? ExitCode.Good : ExitCode.Refused;
            }
        );
        return command;
    }

    private static string? TagsIn(string[] words)
    {
        if (words.Length == 0)
        {
            return null;
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var word in words)
            {
                var equals = word.IndexOf('=', StringComparison.Ordinal);
                if (equals < 1)
                {
                    throw new UsageException($"--tag \"{word}\" is not a tag. Write KEY=VALUE.");
                }

                json.WriteStartObject();
                json.WriteString("TagKey", word[..equals]);
                json.WriteString("TagValue", word[(equals + 1)..]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static Option<string> Required(string name, string description, string helpName) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            Required = true,
        };

    private static Option<string?> Optional(string name, string description, string helpName) =>
        new(name) { Description = description, HelpName = helpName };
}
