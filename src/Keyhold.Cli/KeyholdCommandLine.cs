using System.CommandLine;
using Keyhold.Cli.Api;
using Keyhold.Cli.Commands;
using Keyhold.Cli.Output;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli;

/// <summary>One run of the program: arguments in, exit code out. Every failure is told on standard error, here.</summary>
internal static class KeyholdCommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var tree = new CommandTree(terminal);

        // Response files would turn an argument such as @chain.pem into the words of that file.
        var parsed = tree.Root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var failures = new FailureReport(terminal, parsed.GetResult(tree.Json) is { Implicit: false });
        if (parsed.Errors.Count > 0)
        {
            return failures.BadUsage(parsed);
        }

        try
        {
            return await parsed
                .InvokeAsync(
                    new InvocationConfiguration
                    {
                        Output = terminal.Out,
                        Error = terminal.Error,
                        EnableDefaultExceptionHandler = false,
                        ProcessTerminationTimeout = tree.EndsByItself(parsed.CommandResult.Command)
                            ? null
                            : TimeSpan.FromSeconds(2),
                    }
                )
                .ConfigureAwait(false);
        }
        catch (RefusedException refused)
        {
            return failures.Refused(refused);
        }
        catch (UnreachableException unreachable)
        {
            return failures.Failed("Client.Unreachable", unreachable.Message);
        }
        catch (StartException refused)
        {
            return refused.IsUsage
                ? failures.BadUsage(refused.Message)
                : failures.Failed("Client.Start", refused.Message);
        }
        catch (UsageException usage)
        {
            return failures.BadUsage(usage.Message);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return failures.Failed("Client.Files", problem.Message);
        }
    }
}
