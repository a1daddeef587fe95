using System.CommandLine;
using Keyhold.Cli.Api;

namespace Keyhold.Cli.Commands.Account;

/// <summary>RAM's way through long lists: the answer's Marker names the next page.</summary>
internal static class PageOptions
{
    public static Option<string?> Marker() =>
        new("--marker") { Description = "Go on after the page that named this marker", HelpName = "MARKER" };

    public static void TellOfMore(Call call, ApiAnswer answer)
    {
        if (answer.Text("Marker") is { } marker)
        {
            call.Terminal.Out.WriteLine($"There are more: --marker {Output.ShellWord.Of(marker)}");
        }
    }
}
