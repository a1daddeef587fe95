using System.CommandLine;
using Keyhold.Cli.Output;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands;

/// <summary>A data folder and what it takes to open it: --data, --root-key and --account.</summary>
internal sealed class FolderOptions(string dataDescription)
{
    public const string DefaultFolder = "keyhold-data";
    private const string FilePrefix = "file:";

    public Option<string?> Data { get; } =
        new("--data")
        {
            Description = dataDescription,
            HelpName = "DIR",
            Recursive = true,
        };

    public Option<string?> RootKey { get; } =
        new("--root-key")
        {
            Description = "Where the root key is, which seals all others [default: file:DIR/root.key]",
            HelpName = "file:PATH",
            Recursive = true,
        };

    public Option<string?> Account { get; } =
        new("--account")
        {
            Description = $"The account id that ARNs name [default: {ServerOptions.DefaultAccountId}]",
            HelpName = "ID",
            Recursive = true,
        };

    public void AddTo(Command command)
    {
        command.Add(Data);
        command.Add(RootKey);
        command.Add(Account);
    }

    public ServerOptions Read(ParseResult parsed) =>
        new()
        {
            DataFolder = parsed.GetValue(Data) ?? DefaultFolder,
            RootKeyFile = parsed.GetValue(RootKey) is { } text ? FileOf(text) : null,
            AccountId = parsed.GetValue(Account) ?? ServerOptions.DefaultAccountId,
        };

    /// <summary>How <paramref name="options"/> are typed, for a command that a message suggests.</summary>
    public static string Typed(ServerOptions options)
    {
        var typed = $"--data {ShellWord.Of(options.DataFolder)}";
        if (options.RootKeyFile is { } file)
        {
            typed += $" --root-key {ShellWord.Of(FilePrefix + file)}";
        }

        return options.AccountId is ServerOptions.DefaultAccountId
            ? typed
            : $"{typed} --account {ShellWord.Of(options.AccountId)}";
    }

    /// <summary>The path in "file:PATH".</summary>
    public static string FileOf(string rootKey) =>
        rootKey.StartsWith(FilePrefix, StringComparison.Ordinal) && rootKey.Length > FilePrefix.Length
            ? rootKey[FilePrefix.Length..]
            : throw new UsageException($"The root key's place is \"{rootKey}\", but file:PATH is expected.");
}
