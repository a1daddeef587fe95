using System.CommandLine;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>--passphrase-file, which import and export share.</summary>
internal static class PassphraseOption
{
    public static Option<string?> Create() =>
        new("--passphrase-file")
        {
            Description =
                "A file whose first line is the passphrase (- is standard input) [default: asked on the terminal]",
            HelpName = "FILE",
        };
}
