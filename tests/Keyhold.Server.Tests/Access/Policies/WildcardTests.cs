using CsCheck;
using Keyhold.Server.Access.Policies;

namespace Keyhold.Server.Tests.Access.Policies;

public class WildcardTests
{
    [Theory]
    [InlineData("*", "")]
    [InlineData("*", "anything")]
    [InlineData("?", "a")]
    [InlineData("kms:*", "kms:CreateCertificate")]
    [InlineData("kms:*Certificate", "kms:UploadCertificate")]
    [InlineData("a*b*c", "a--b--b--c")]
    [InlineData("a*?c", "abc")]
    [InlineData("**", "x")]
    [InlineData("", "")]
    [InlineData("ab*ba", "abba")]
    public void Matches(string pattern, string text) =>
        Assert.True(new Wildcard(pattern, ignoreCase: false).Matches(text));

    [Theory]
    [InlineData("?", "")]
    [InlineData("?", "ab")]
    [InlineData("", "a")]
    [InlineData("kms:*", "kmsx:CreateCertificate")]
    [InlineData("kms:List*", "kms:DescribeRegions")]
    [InlineData("ab*ba", "aba")]
    [InlineData("a*b", "ac")]
    [InlineData("a*b*c", "acb")]
    [InlineData("abc", "ABC")]
    [InlineData("a.c", "abc")]
    [InlineData("[a-z]", "a")]
    public void Does_not_match(string pattern, string text) =>
        Assert.False(new Wildcard(pattern, ignoreCase: false).Matches(text));

    [Theory]
    [InlineData("KMS:create*", "kms:CreateCertificate")]
    [InlineData("kms:?REATE*", "kms:CreateCertificate")]
    public void Case_is_ignored_on_request(string pattern, string text) =>
        Assert.True(new Wildcard(pattern, ignoreCase: true).Matches(text));

    [Fact]
    public void Agrees_with_the_definition_on_all_kinds_of_patterns() =>
        Gen.Select(Gen.String[Gen.Char["ab*?"], 0, 10], Gen.String[Gen.Char["ab"], 0, 12])
            .Sample(
                (pattern, text) =>
                    new Wildcard(pattern, ignoreCase: false).Matches(text) == NaivePolicies.Like(pattern, text),
                iter: 50_000
            );

    [Fact]
    public void A_pattern_made_to_be_slow_is_answered_at_once()
    {
        // With backtracking this takes longer than the universe has.
        var pattern = string.Concat(Enumerable.Repeat("a*", 500)) + "b";
        Assert.False(new Wildcard(pattern, ignoreCase: false).Matches(new string('a', 100_000)));
    }
}
