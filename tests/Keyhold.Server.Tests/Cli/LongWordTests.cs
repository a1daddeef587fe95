using Keyhold.Cli.Output;

namespace Keyhold.Server.Tests.Cli;

public class LongWordTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("0123456789", "0123456789")]
    [InlineData("0123456789ab", "0123456789|ab")]
    [InlineData("acs:kms:region/id", "acs:kms:|region/id")]
    [InlineData("ab/0123456789xyz", "ab/|0123456789|xyz")]
    [InlineData("一二三四五六", "一二三四五|六")]
    [InlineData("a一二三四五", "a一二三四|五")]
    public void A_long_word_is_broken_behind_a_colon_or_slash_else_where_the_line_ends(string word, string lines) =>
        Assert.Equal(lines.Split('|'), LongWord.Break(word, width: 10));

    [Fact]
    public void A_character_wider_than_the_line_gets_a_line() =>
        Assert.Equal(["一", "二"], LongWord.Break("一二", width: 1));
}
