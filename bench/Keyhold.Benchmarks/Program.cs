using Keyhold.Benchmarks;

// Without arguments all; else those that are named.
var all = args.Length == 0;
if (all || args.Contains("judgement", StringComparer.Ordinal))
{
    JudgementCost.Print(Console.Out);
}

if (all || args.Contains("telemetry", StringComparer.Ordinal))
{
    await TelemetryCost.PrintAsync(Console.Out);
}

if (all || args.Contains("audit", StringComparer.Ordinal))
{
    await AuditCost.PrintAsync(Console.Out);
}
