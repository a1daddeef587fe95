using System.Net;
using Keyhold.Server.Access.Policies;

namespace Keyhold.Server.Tests.Access.Policies;

public class IpRangeTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("0.0.0.0/0", "203.0.113.9")]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3")]
    [InlineData("::ffff:10.0.0.0/104", "10.1.2.3")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1")]
    [InlineData("::/0", "2001:db8::1")]
    [InlineData("fe80::/10", "fe80::1%3")]
    public void Contains(string range, string address) =>
        Assert.True(IpRange.Parse(range, out _)!.Value.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.0/8", "11.0.0.1")]
    [InlineData("10.1.2.3", "10.1.2.4")]
    [InlineData("0.0.0.0/0", "2001:db8::1")]
    [InlineData("::/0", "10.1.2.3")]
    [InlineData("::/0", "::ffff:10.1.2.3")]
    [InlineData("2001:db8::/33", "2001:db8:8000::")]
    [InlineData("192.168.0.0/31", "192.168.0.2")]
    public void Does_not_contain(string range, string address) =>
        Assert.False(IpRange.Parse(range, out _)!.Value.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("", "not an IPv4")]
    [InlineData("10.1", "not an IPv4")]
    [InlineData("0x7f.0.0.1", "not an IPv4")]
    [InlineData("010.0.0.1", "not an IPv4")]
    [InlineData("10.0.0.256", "not an IPv4")]
    [InlineData("10.0.0.0.0", "not an IPv4")]
    [InlineData(" 10.0.0.1", "not an IPv4")]
    [InlineData("localhost", "not an IPv4")]
    [InlineData("fe80::1%eth0", "not an IPv4")]
    [InlineData("[::1]", "not an IPv4")]
    [InlineData("10.0.0.0/33", "0 to 32")]
    [InlineData("10.0.0.0/", "0 to 32")]
    [InlineData("10.0.0.0/-1", "0 to 32")]
    [InlineData("10.0.0.0/8/8", "0 to 32")]
    [InlineData("10.0.0.0/255.0.0.0", "0 to 32")]
    [InlineData("2001:db8::/129", "0 to 128")]
    [InlineData("10.0.0.1/8", "bits beyond")]
    [InlineData("2001:db8::1/64", "bits beyond")]
    public void Is_refused_with_a_reason(string range, string reason)
    {
        Assert.Null(IpRange.Parse(range, out var told));
        Assert.Contains(reason, told, StringComparison.Ordinal);
    }
}
