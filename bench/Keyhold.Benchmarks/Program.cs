using Keyhold.Benchmarks;

JudgementCost.Print(Console.Out);
