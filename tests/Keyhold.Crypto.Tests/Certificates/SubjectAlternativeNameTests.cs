using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

public class SubjectAlternativeNameTests
{
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("Example.COM", "Example.COM")]
    [InlineData("*.example.com", "*.example.com")]
    [InlineData("localhost", "localhost")]
    [InlineData("1st.example.com", "1st.example.com")]
    [InlineData("xn--fiqs8s.example", "xn--fiqs8s.example")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("::1", "::1")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    public void Takes_host_names_and_addresses(string name, string expected) =>
        Assert.Equal(expected, Assert.Single(SubjectAlternativeName.Parse([name])));

    [Theory]
    [InlineData("", "empty name")]
    [InlineData("   ", "empty name")]
    [InlineData("example.com.", "ends with a dot")]
    [InlineData("a..example.com", "empty label")]
    [InlineData(".example.com", "empty label")]
    [InlineData("-a.example.com", "hyphen")]
    [InlineData("a-.example.com", "hyphen")]
    [InlineData("a_b.example.com", "underscore")]
    [InlineData("\u4e2d\u56fd.example", "beyond ASCII")]
    [InlineData("xn--a.example", "no A-label")]
    [InlineData("xn--example-.example", "hyphen")]
    [InlineData("a.*.example.com", "left-most")]
    [InlineData("*", "left-most")]
    [InlineData("*a.example.com", "left-most")]
    [InlineData("**.example.com", "left-most")]
    [InlineData("1.2.3", "IPv4")]
    [InlineData("127.1", "IPv4")]
    [InlineData("256.1.1.1", "IPv4")]
    [InlineData("1.2.3.04", "IPv4")]
    [InlineData("[::1]", "other than letters")]
    [InlineData("fe80::1%eth0", "other than letters")]
    [InlineData("a b.example.com", "other than letters")]
    [InlineData("a.example.com\n", "other than letters")]
    [InlineData("https://example.com", "URL")]
    [InlineData("admin@example.com", "e-mail")]
    public void Refuses_others_and_says_why(string name, string reason)
    {
        var refusal = Assert.Throws<NameException>(() => SubjectAlternativeName.Parse([name]));
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_lengths()
    {
        var label = new string('a', 63);
        var longest = $"{label}.{label}.{label}.{new string('a', 61)}";
        Assert.Single(SubjectAlternativeName.Parse([longest]));
        Assert.Throws<NameException>(() => SubjectAlternativeName.Parse([longest + "a"]));
        Assert.Throws<NameException>(() => SubjectAlternativeName.Parse([label + "a.example"]));
    }

    [Fact]
    public void Takes_ten_names_and_not_eleven()
    {
        string[] ten = [.. Enumerable.Range(0, 10).Select(i => $"host{i}.example.com")];
        Assert.Equal(10, SubjectAlternativeName.Parse(ten).Count);
        var refusal = Assert.Throws<NameException>(() => SubjectAlternativeName.Parse([.. ten, "one.example.com"]));
        Assert.Contains("found 11 names, at most 10", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Folds_names_given_twice() =>
        Assert.Equal(
            ["a.example.com", "192.0.2.1"],
            SubjectAlternativeName.Parse(["a.example.com", "A.EXAMPLE.com", "192.0.2.1", "192.0.2.1"])
        );
}
