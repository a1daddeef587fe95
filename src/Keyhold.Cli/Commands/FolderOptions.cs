using System.CommandLine;
using Keyhold.Cli.Output;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands;

/// <summary>A data folder and what it takes to open it: --data, --database, --root-key, --passphrase-fd, --passphrase-file and --account.</summary>
internal sealed class FolderOptions(string dataDescription)
{
    public const string DefaultFolder = "keyhold-data";

    public Option<string?> Data { get; } =
        new("--data")
        {
            Description = dataDescription,
            HelpName = "DIR",
            Recursive = true,
        };

    public DatabaseOption Database { get; } = new();

    public Option<string?> RootKey { get; } =
        new("--root-key")
        {
            Description =
                "Where the root key is, which seals all others [default: the passphrase if there is one, else "
                + "file:DIR/root.key]",
            HelpName = "file:PATH|passphrase|pkcs11:URI",
            Recursive = true,
        };

    public Option<string?> Account { get; } =
        new("--account")
        {
            Description = $"The account id that ARNs name [default: {ServerOptions.DefaultAccountId}]",
            HelpName = "ID",
            Recursive = true,
        };

    /// <summary>The passphrase of the root key, if it is made of one.</summary>
    public PassphraseOptions Passphrase { get; } = PassphraseOptions.OfRootKey();

    public void AddTo(Command command)
    {
        command.Add(Data);
        command.Add(Database.Option);
        command.Add(RootKey);
        Passphrase.AddTo(command);
        command.Add(Account);
    }

    public ServerOptions Read(ParseResult parsed, Terminal terminal) =>
        new()
        {
            DataFolder = parsed.GetValue(Data) ?? DefaultFolder,
            Database = Database.Read(parsed, terminal),
            RootKey = parsed.GetValue(RootKey) is { } text ? PlaceOf(text) : null,
            AskPassphrase = Passphrase.Read(parsed, terminal),
            AccountId = parsed.GetValue(Account) ?? ServerOptions.DefaultAccountId,
        };

    /// <summary>How <paramref name="options"/> are typed, for a command that a message suggests; without a password.</summary>
    public static string Typed(ServerOptions options)
    {
        var typed = $"--data {ShellWord.Of(options.DataFolder)}";
        if (options.Database.IsShared)
        {
            typed += $" --database {ShellWord.Of($"{options.Database}")}";
        }

        if (options.RootKey is { } rootKey)
        {
            typed += $" --root-key {ShellWord.Of(rootKey.Text)}";
        }

        return options.AccountId is ServerOptions.DefaultAccountId
            ? typed
            : $"{typed} --account {ShellWord.Of(options.AccountId)}";
    }

    /// <summary>The place that --root-key or --to names.</summary>
    public static RootKeyPlace PlaceOf(string text)
    {
        try
        {
            return RootKeyPlace.Parse(text);
        }
        catch (RootKeyException refused)
        {
            throw new UsageException(refused.Message);
        }
    }

    /// <summary>With the full path of a file, for who works in another folder.</summary>
    public static RootKeyPlace Absolute(RootKeyPlace place) =>
        place is RootKeyPlace.File file ? new RootKeyPlace.File(Path.GetFullPath(file.Path)) : place;
}
