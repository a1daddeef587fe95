using System.CommandLine;
using System.CommandLine.Parsing;
using Keyhold.Cli;
using Keyhold.Cli.Commands;

namespace Keyhold.Server.Tests.Laws;

/// <summary>Every command line of keyhold in the documentation is one that the program has, with options that it has.</summary>
public class DocumentedCommandTests
{
    public static TheoryData<string> Pages =>
        [
            .. Directory
                .GetFiles(Repository.Root, "*.md")
                .Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories))
                .Select(file => Path.GetRelativePath(Repository.Root, file))
                // What was: commands may have got other names since.
                .Where(file => file is not "CHANGELOG.md"),
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_of_a_page_is_one_of_the_programs(string page)
    {
        var commands = DocumentedCommands.Of(File.ReadAllText(Repository.PathOf(page)));
        Assert.Empty(
            from command in commands
            from error in ErrorsOf(command)
            select $"keyhold {string.Join(' ', command.Words)}: {error}"
        );
    }

    [Fact]
    public void Commands_are_found_where_documentation_has_them()
    {
        var found = DocumentedCommands.Of(
            """
            The program `keyhold` has `keyhold serve --dev`, and keyhold words that are no command, and `keyhold label `.

            ```sh
            ./keyhold cert check a.pem \
                --chain 'b c.pem' 2>out.txt || echo "exit code $?"
            ssh node 'set -a && . environment && keyhold status --data x' # keyhold as a comment
            ID=$(keyhold cert list | head) && /usr/local/bin/keyhold unseal
            ```

            Also `NAME=1 keyhold seal`, `runuser -u keyhold -- keyhold status`, and `adduser --home /srv keyhold --quiet`.

            ```text
            keyhold nothing, since it is not the text of a shell
            ```
            """
        );
        Assert.Equal(
            [
                "cert|check|a.pem|--chain|b c.pem",
                "status|--data|x",
                "cert|list",
                "unseal",
                "serve|--dev",
                "seal",
                "status",
            ],
            found.Select(command => string.Join('|', command.Words))
        );
        Assert.Equal([true, true, true, true, false, false, false], found.Select(command => command.IsWhole));
        Assert.True(DocumentedCommands.Of(File.ReadAllText(Repository.PathOf("README.md"))).Count > 8);
        Assert.True(DocumentedCommands.Of(File.ReadAllText(Repository.PathOf("docs", "running.md"))).Count > 40);
    }

    [Theory]
    [InlineData("cert crate", "crate")]
    [InlineData("certs", "certs")]
    [InlineData("serve --devel", "--devel")]
    [InlineData("audit verify --no-such-option", "--no-such-option")]
    [InlineData("backup FILE --passphrase=x", "--passphrase")]
    [InlineData("backup FILE --keep many", "many")]
    public void A_command_that_there_is_not_is_noticed(string line, string named)
    {
        Assert.Contains(
            ErrorsOf(new(line.Split(' '), IsWhole: true)),
            error => error.Contains(named, StringComparison.Ordinal)
        );
        Assert.NotEmpty(ErrorsOf(new(line.Split(' '), IsWhole: false)));
    }

    [Theory]
    [InlineData("cert")]
    [InlineData("cert upload")]
    public void What_is_missing_is_wrong_in_a_block_and_may_be_left_out_where_a_command_is_only_mentioned(string line)
    {
        Assert.NotEmpty(ErrorsOf(new(line.Split(' '), IsWhole: true)));
        Assert.Empty(ErrorsOf(new(line.Split(' '), IsWhole: false)));
    }

    private static List<string> ErrorsOf(DocumentedCommands.Command command)
    {
        using var terminal = new Terminal(Stream.Null, Stream.Null, Stream.Null, _ => null, TimeProvider.System);
        var parsed = new CommandTree(terminal).Root.Parse(command.Words);
        var options = OptionsOf(parsed.CommandResult);
        // A word that the command does not know as an option may pass for an argument.
        var unknown = command
            .Words.Where(word => word.StartsWith("--", StringComparison.Ordinal))
            .Select(word => word.Split('=')[0])
            .Where(word => !options.Contains(word))
            .Select(word => $"there is no option {word}");
        var refused = parsed
            .Errors.Where(error => command.IsWhole || !IsAboutWhatIsMissing(error, parsed))
            .Select(error => error.Message);
        return [.. unknown, .. refused];
    }

    private static HashSet<string> OptionsOf(CommandResult result)
    {
        var options = result.Command.Options.SelectMany(NamesOf).ToHashSet(StringComparer.Ordinal);
        for (var above = result.Parent as CommandResult; above is not null; above = above.Parent as CommandResult)
        {
            options.UnionWith(above.Command.Options.Where(option => option.Recursive).SelectMany(NamesOf));
        }

        return options;
    }

    private static IEnumerable<string> NamesOf(Option option) => option.Aliases.Append(option.Name);

    /// <summary>Nothing was given that is wrong: all that was given is known, and the parser still asks for more.</summary>
    private static bool IsAboutWhatIsMissing(ParseError error, ParseResult parsed) =>
        parsed.UnmatchedTokens.Count is 0 && error.SymbolResult?.Tokens.Count is 0 or null;
}
