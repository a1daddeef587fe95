using Keyhold.Cli.Output;

namespace Keyhold.Server.Tests.Cli;

public class ShellWordTests
{
    [Theory]
    [InlineData("/var/lib/keyhold", "/var/lib/keyhold")]
    [InlineData("file:/etc/root.key", "file:/etc/root.key")]
    [InlineData("", "''")]
    [InlineData("a b", "'a b'")]
    [InlineData("$HOME", "'$HOME'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("a;rm", "'a;rm'")]
    [InlineData("~", "'~'")]
    [InlineData("示例", "'示例'")]
    public void A_word_is_quoted_only_where_a_shell_would_misread_it(string text, string word) =>
        Assert.Equal(word, ShellWord.Of(text));
}
