using Keyhold.Tests.Tours;

namespace Keyhold.Server.Tests.Laws;

/// <summary>What a page shows is compared with what is printed; only what it says is different each time may be.</summary>
public class TourOutputTests
{
    [Theory]
    [InlineData("ready", "ready\n")]
    [InlineData("Root key id  ...", "Root key id  637b2c05")]
    [InlineData("... of ... rows moved.", "4 of 4 rows moved.")]
    [InlineData("first\n...\nlast", "first\nlast")]
    [InlineData("first\n...\nlast", "first\nsecond\nthird\nlast")]
    [InlineData("at 2026-11-24T17:14:43Z", "at 2027-01-01T00:00:00.123Z")]
    [InlineData(
        "2a0185a6-19de-4925-b6b1-af938f826440 is ACTIVE.",
        "00000000-19de-4925-b6b1-af938f826440 is ACTIVE.\n\n"
    )]
    public void Fits_what_differs_only_where_it_may(string shown, string printed) =>
        Assert.True(TourOutput.Fits(shown, printed));

    [Theory]
    [InlineData("ready", "sealed")]
    [InlineData("ready", "")]
    [InlineData("", "ready")]
    [InlineData("ready", "ready\nand more")]
    [InlineData("a.c", "abc")]
    [InlineData("Root key id  ...", "Root key  637b2c05")]
    [InlineData("key ...", "key\nid")]
    [InlineData("first\n...\nlast", "first\nsecond")]
    [InlineData("4 of 4 rows", "4 of 5 rows")]
    [InlineData("2a0185a6-19de-4925-b6b1-af938f826440 is ACTIVE.", "2a0185a6-19de-4925-b6b1-af938f826440 is INACTIVE.")]
    public void Does_not_fit_what_differs_elsewhere(string shown, string printed) =>
        Assert.False(TourOutput.Fits(shown, printed));

    [Fact]
    public void A_section_is_taken_apart_into_commands_and_what_they_show()
    {
        var steps = Tour.Of(
            "# Page\n\n## Other\n\n```sh\nno\n```\n\n## A road\n\n```sh\none\n```\n\n```text\n1\n```\n\n```ini\nx=y\n```\n\n```sh\ntwo\n```\n",
            "A road"
        ).Steps;
        Assert.Equal([new("one\n", "1\n"), new("two\n", null)], steps);
    }
}
