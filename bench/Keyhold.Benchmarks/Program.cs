using Keyhold.Benchmarks;

JudgementCost.Print(Console.Out);
await AuditCost.PrintAsync(Console.Out);
