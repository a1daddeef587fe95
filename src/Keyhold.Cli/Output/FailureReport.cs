using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Keyhold.Cli.Api;

namespace Keyhold.Cli.Output;

/// <summary>
/// Tells on standard error why a command failed, for people or (with --json) for scripts, in the API's own error
/// shape, and gives the exit code.
/// </summary>
internal sealed class FailureReport(Terminal terminal, bool json)
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public int Refused(RefusedException refused)
    {
        if (json)
        {
            terminal.Error.WriteLine(Encoding.UTF8.GetString(refused.Answer.Body.Span).TrimEnd());
        }
        else
        {
            terminal.Error.WriteLine($"{refused.Code}: {Plain.Text(refused.Message)}");
            if (refused.RequestId is { } requestId)
            {
                terminal.Error.WriteLine($"Request id: {Plain.Text(requestId)}");
            }
        }

        return ExitCode.Refused;
    }

    public int Failed(string code, string message)
    {
        Tell(code, message);
        return ExitCode.Refused;
    }

    public int BadUsage(string message)
    {
        Tell("Client.BadUsage", message);
        return ExitCode.BadUsage;
    }

    public int BadUsage(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = PathOf(command);
        if (command.Subcommands.Count > 0 && !json)
        {
            // Somebody who types only "keyhold" or "keyhold cert", or a command that is not there, asks what there is.
            var unknown = parsed.UnmatchedTokens is [var first, ..] ? WithoutPassword(first, first) : null;
            terminal.Error.WriteLine(
                unknown is null
                    ? $"keyhold: `{path}` needs a command:"
                    : $"keyhold: there is no `{path} {unknown}`, but:"
            );
            foreach (var subcommand in command.Subcommands.Where(each => !each.Hidden))
            {
                terminal.Error.WriteLine($"  {subcommand.Name, -12} {FirstSentence(subcommand.Description)}");
            }

            terminal.Error.WriteLine($"`{path} COMMAND --help` explains each.");
            return ExitCode.BadUsage;
        }

        var message = string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal));
        message = parsed.UnmatchedTokens.Aggregate(message, WithoutPassword);
        Tell("Client.BadUsage", json ? message : $"{message}\n`{path} --help` shows how it is used.");
        return ExitCode.BadUsage;
    }

    /// <summary>A connection string without its quotes falls into words, one of which is the password.</summary>
    private static string WithoutPassword(string message, string word) =>
        word.Contains("password", StringComparison.OrdinalIgnoreCase)
        || word.Contains("pwd", StringComparison.OrdinalIgnoreCase)
            ? message.Replace(word, "(a part of a connection string, which needs quotes)", StringComparison.Ordinal)
            : message;

    private static string FirstSentence(string? description)
    {
        var end = description?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return end < 0 ? description ?? "" : description![..end];
    }

    private string PathOf(Command command)
    {
        var names = new List<string>();
        for (
            var each = command;
            each is not null and not RootCommand;
            each = each.Parents.OfType<Command>().FirstOrDefault()
        )
        {
            names.Insert(0, each.Name);
        }

        return string.Join(' ', names.Prepend(terminal.Program));
    }

    private void Tell(string code, string message)
    {
        if (!json)
        {
            terminal.Error.WriteLine($"keyhold: {message}");
            return;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("Code", code);
            writer.WriteString("Message", message);
            writer.WriteEndObject();
        }

        terminal.Error.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
