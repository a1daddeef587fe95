using Keyhold.Cli.Output;

namespace Keyhold.Server.Tests.Cli;

public class LineWrapTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("示例a", 5)]
    [InlineData("𠀀", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("한국", 4)]
    public void Chinese_characters_take_two_columns(string text, int width) => Assert.Equal(width, Cells.WidthOf(text));

    [Fact]
    public void Words_are_broken_at_blanks() => Assert.Equal(["one two", "three"], LineWrap.Words("one two three", 9));

    [Fact]
    public void An_id_that_is_too_long_stays_whole() =>
        Assert.Equal(["the", "0123456789abcdef", "id"], LineWrap.Words("the 0123456789abcdef id", 8));

    [Fact]
    public void A_name_that_is_too_long_is_broken_behind_a_comma() =>
        Assert.Equal(["CN=shop.example,", "O=Example,C=DE"], LineWrap.Words("CN=shop.example,O=Example,C=DE", 20));

    [Fact]
    public void A_Chinese_name_that_is_too_long_is_broken_between_characters() =>
        Assert.Equal(["O=示例公", "司有限"], LineWrap.Words("O=示例公司有限", 8));
}
