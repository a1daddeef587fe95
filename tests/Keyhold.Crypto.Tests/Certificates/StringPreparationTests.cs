using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>RFC 4518 with case folding. The digests were made with Python's tables of Unicode 3.2, composing before comparing.</summary>
public class StringPreparationTests
{
    [Theory]
    [InlineData("Example", "EXAMPLE")]
    [InlineData(" a \t\r\n b ", "A B")]
    [InlineData("", " \t ")]
    [InlineData("a\u00adb\u200bc\ufeffd\ufe0f", "abcd")]
    [InlineData("a\0b\u007fc\u0085d\u0090e", "abc de")]
    [InlineData("a\u00a0b\u3000c\u2003d", "a b c d")]
    [InlineData("M\u00fcller", "mu\u0308LLER")]
    [InlineData("Stra\u00dfe", "STRASSE")]
    [InlineData("\u03a3\u03c2", "\u03c3\u03c3")]
    [InlineData("\uff21\uff22\uff23 \ufb01 \u2121", "abc fi tel")]
    [InlineData("\u212b\u212a", "\u00e5k")]
    [InlineData("\u0130", "i\u0307")]
    [InlineData("a\u0301\u0323", "\u1ea1\u0301")]
    [InlineData("\ud55c\uae00", "\u1112\u1161\u11ab\u1100\u1173\u11af")]
    [InlineData("\uf900", "\u8c48")]
    [InlineData("\U0001d400", "A")]
    public void Takes_texts_for_the_same(string one, string other)
    {
        Assert.NotNull(StringPreparation.Prepare(one));
        Assert.Equal(StringPreparation.Prepare(one), StringPreparation.Prepare(other));
    }

    [Theory]
    [InlineData("ab", "a b")]
    [InlineData("a", "\u00e4")]
    [InlineData("a", "\u0430")]
    [InlineData("o", "\u00f8")]
    [InlineData("i", "\u0131")]
    [InlineData("a\u0301\u0300", "a\u0300\u0301")]
    [InlineData("a \u0308", "a\u0308")]
    [InlineData("\u4e2d", "\u4e2e")]
    [InlineData("\u56fd", "\u570b")]
    [InlineData("\u3042", "\u30a2")]
    [InlineData("#0401", "#04 01")]
    public void Tells_texts_apart(string one, string other) =>
        Assert.NotEqual(StringPreparation.Prepare(one), StringPreparation.Prepare(other));

    [Theory]
    [InlineData("a\u0221")]
    [InlineData("\ue000")]
    [InlineData("\ufffd")]
    [InlineData("\uffff")]
    [InlineData("\ud800")]
    [InlineData("\U0001f600")]
    [InlineData("\u1e9e")]
    public void Prepares_no_text_for_which_there_is_no_rule(string text) =>
        Assert.Null(StringPreparation.Prepare(text));

    [Fact]
    public void Agrees_with_other_tables_on_every_code_point() =>
        AssertDigest("35E96D2603902EA196D940AD19BD10620E90239E8C8B5D501010BDB06C3CC6A1", CodePoints(0x110000));

    [Fact]
    public void Agrees_with_other_tables_on_every_pair_of_marks()
    {
        var marks = CodePoints(0x110000)
            .Where(text => StringPreparationTables.Classes.ContainsKey(char.ConvertToUtf32(text, 0)))
            .ToArray();
        AssertDigest(
            "FEBF3BAA9BE140EB3FEC4ADCA58856375BCA6F74621093A5907B26B0754EB4B7",
            marks.SelectMany(one => marks.Select(other => "a" + one + other))
        );
    }

    [Fact]
    public void Agrees_with_other_tables_on_what_stands_between_blanks_and_marks() =>
        AssertDigest(
            "78D4BD2159868D4EA7E1F66C30000E2A478259D7E41C7B423A20D710FA6D9087",
            CodePoints(0x10000).Select(text => $"A {text} \u0327\u0301")
        );

    [Fact]
    public void What_is_prepared_stays_as_it_is() =>
        Gen
            .Char.Array[0, 20]
            .Select(characters => new string(characters))
            .Sample(text =>
            {
                if (StringPreparation.Prepare(text) is { } prepared)
                {
                    Assert.Equal(prepared, StringPreparation.Prepare(prepared));
                }
            });

    [Theory]
    [InlineData("\u00fc", true)]
    [InlineData("\u5927", true)]
    [InlineData("\u304c", true)]
    [InlineData("\ud55c", true)]
    [InlineData("\u00dc", false)]
    [InlineData("\u00df", false)]
    [InlineData("\uff21", false)]
    [InlineData("\u0308", false)]
    [InlineData("\u1161", false)]
    [InlineData("\u0958", false)]
    [InlineData("\ue000", false)]
    public void Knows_what_stands_for_itself_alone(string text, bool isStable) =>
        Assert.Equal(isStable, StringPreparation.IsStable(Rune.GetRuneAt(text, 0)));

    private static IEnumerable<string> CodePoints(int count) =>
        Enumerable
            .Range(0, count)
            .Where(codePoint => codePoint is < 0xD800 or > 0xDFFF)
            .Select(codePoint => char.ConvertFromUtf32(codePoint));

    private static void AssertDigest(string expected, IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes((StringPreparation.Prepare(text) ?? "!") + "\n"));
        }
        Assert.Equal(expected, Convert.ToHexString(hash.GetHashAndReset()));
    }
}
