using System.CommandLine;
using Keyhold.Cli.Input;

namespace Keyhold.Cli.Commands;

/// <summary>--passphrase-fd and --passphrase-file: where a root key's passphrase comes from when nobody types it.</summary>
internal sealed class PassphraseOptions
{
    private readonly Option<int?> descriptor;
    private readonly Option<string?> file;
    private readonly string credential;

    private PassphraseOptions(string prefix, string whose, string credential)
    {
        this.credential = credential;
        descriptor = new Option<int?>($"--{prefix}passphrase-fd")
        {
            Description = $"File descriptor whose first line is the passphrase of {whose}",
            HelpName = "N",
            Recursive = true,
        };
        file = new Option<string?>($"--{prefix}passphrase-file")
        {
            Description =
                $"File, mode 0600, whose first line is the passphrase of {whose} [default: the systemd credential "
                + $"{credential}, or asked on the terminal]",
            HelpName = "FILE",
            Recursive = true,
        };
    }

    public static PassphraseOptions OfRootKey() => new("", "the root key", "keyhold-passphrase");

    public static PassphraseOptions OfNewRootKey() => new("new-", "the new root key", "keyhold-new-passphrase");

    public void AddTo(Command command)
    {
        command.Add(descriptor);
        command.Add(file);
    }

    public Func<bool, byte[]?> Read(ParseResult parsed, Terminal terminal) =>
        new RootKeyPassphrase(terminal, parsed.GetValue(descriptor), parsed.GetValue(file), credential).Ask;
}
