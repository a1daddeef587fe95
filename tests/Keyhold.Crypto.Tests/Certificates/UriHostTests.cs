using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

public class UriHostTests
{
    [Theory]
    [InlineData("https://a.example/", "a.example")]
    [InlineData("https://user@a.example:8443/p?q", "a.example")]
    [InlineData("https://a.example:", "a.example")]
    public void Finds_the_host(string uri, string expected)
    {
        Assert.True(UriHost.TryFind(uri, out var host));
        Assert.Equal(expected, host.ToString());
    }

    [Theory]
    [InlineData("https://evil.example\\@good.example/")]
    [InlineData("https://a.example:evil/")]
    [InlineData("https://a b.example/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://[::1]:8443/")]
    [InlineData("mailto:a@b.example")]
    public void Finds_none_where_programs_could_differ(string uri) => Assert.False(UriHost.TryFind(uri, out _));
}
