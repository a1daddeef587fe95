using Keyhold.Cli;
using Keyhold.Server.Hosting;

CoreDumps.TurnOff();
using var terminal = Terminal.OfThisProcess();
return await KeyholdCommandLine.RunAsync(args, terminal);
