namespace Keyhold.Benchmarks;

/// <summary>
/// The processor time that one call of each costs, measured in short rounds that take turns, so that whatever else the
/// machine does meanwhile falls on all alike. The median of the rounds counts.
/// </summary>
internal static class ProcessorTime
{
    private const int Rounds = 41;
    private const int CallsInWarmUp = 3000;

    /// <returns>Microseconds for each action.</returns>
    public static double[] Measure(int callsInRound, params Action[] actions) =>
        Measure(callsInRound, CallsInWarmUp, actions);

    public static double[] Measure(int callsInRound, int callsInWarmUp, params Action[] actions)
    {
        foreach (var action in actions)
        {
            Run(action, callsInWarmUp);
        }
        var samples = actions.Select(_ => new List<double>(Rounds)).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                samples[i].Add(Run(actions[i], callsInRound).TotalMicroseconds / callsInRound);
            }
        }
        return [.. samples.Select(Median)];
    }

    private static TimeSpan Run(Action action, int calls)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < calls; i++)
        {
            action();
        }
        return Environment.CpuUsage.TotalTime - before;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
