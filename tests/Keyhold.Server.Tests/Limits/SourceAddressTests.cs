using System.Net;
using Keyhold.Server.Limits;

namespace Keyhold.Server.Tests.Limits;

public sealed class SourceAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff")]
    public void Is_one_source(string one, string other) => Assert.Equal(Of(one), Of(other));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("192.0.2.1", "::192.0.2.1")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1")]
    [InlineData("0.0.0.0", "::")]
    public void Are_two_sources(string one, string other) => Assert.NotEqual(Of(one), Of(other));

    private static SourceAddress Of(string address) => SourceAddress.Of(IPAddress.Parse(address));
}
