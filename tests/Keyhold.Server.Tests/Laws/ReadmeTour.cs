using Keyhold.Tests.Tours;

namespace Keyhold.Server.Tests.Laws;

/// <summary>The tour of the README, as one script in one shell. A block of commands without text below it prints nothing.</summary>
internal sealed class ReadmeTour(string readme)
{
    private const string StepEnd = "---- end of the step ----";

    private readonly IReadOnlyList<Tour.Step> steps = Tour.Of(readme, "A tour").Steps;

    public int Count => steps.Count;

    public IEnumerable<string> Shown => steps.Select(step => TourOutput.Comparable(step.Shown ?? ""));

    /// <summary>Both outputs in one, and a line after each step. Whatever happens, no server stays behind.</summary>
    public string Script =>
        "set -eu\nexec 2>&1\ntrap 'kill ${SERVER:-} 2>/dev/null || true' EXIT\n"
        + string.Concat(steps.Select(step => $"{step.Script}\nprintf '\\n{StepEnd}\\n'\n"));

    /// <summary>What each step printed.</summary>
    public static IEnumerable<string> StepsOf(string output) =>
        output.Split($"\n{StepEnd}\n").SkipLast(1).Select(TourOutput.Comparable);
}
