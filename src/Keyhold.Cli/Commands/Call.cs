using System.CommandLine;
using Keyhold.Cli.Api;

namespace Keyhold.Cli.Commands;

/// <summary>One run of a command that calls operations: what was typed, where to print, whom to ask.</summary>
internal sealed record Call(ParseResult Parsed, Terminal Terminal, IApi Client, bool Json)
{
    public T Value<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    public T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>Calls an operation; parameters whose value is null are left out.</summary>
    public Task<ApiAnswer> SendAsync(
        string action,
        CancellationToken stop,
        params IEnumerable<(string Name, string? Value)> parameters
    ) =>
        Client.CallAsync(
            action,
            parameters
                .Where(each => each.Value is not null)
                .Select(each => KeyValuePair.Create(each.Name, each.Value!)),
            stop
        );

    /// <summary>With --json the answer as it came, else what <paramref name="forPeople"/> makes of it.</summary>
    public int Show(ApiAnswer answer, Action forPeople)
    {
        if (Json)
        {
            ShowAsItCame(answer);
        }
        else
        {
            forPeople();
        }

        return ExitCode.Good;
    }

    public void ShowAsItCame(ApiAnswer answer)
    {
        Terminal.RawOutput.Write(answer.Body.Span);
        Terminal.Out.WriteLine();
    }
}
