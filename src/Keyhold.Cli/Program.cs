using Keyhold.Cli;

using var terminal = Terminal.OfThisProcess();
return await KeyholdCommandLine.RunAsync(args, terminal);
