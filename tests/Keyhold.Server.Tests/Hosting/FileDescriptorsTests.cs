using Keyhold.Server.Hosting;

namespace Keyhold.Server.Tests.Hosting;

public sealed class FileDescriptorsTests
{
    [Theory]
    [InlineData(1_048_576L, 20_000, 20_000)]
    [InlineData(long.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(null, 20_000, 20_000)]
    [InlineData(1024L, 20_000, 448)]
    [InlineData(1024L, 100, 100)]
    [InlineData(400L, 20_000, 64)]
    [InlineData(400L, 1, 1)]
    public void Connections_leave_the_server_what_it_needs(long? limit, int asked, int given) =>
        Assert.Equal(given, FileDescriptors.ConnectionsWithin(limit, asked));

    [Theory]
    [InlineData(383L)]
    [InlineData(1L)]
    public void Too_few_are_refused_with_the_remedy(long limit)
    {
        var refused = Assert.Throws<StartException>(() => FileDescriptors.RequireEnough(limit));
        Assert.Contains($"only {limit} files", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ulimit -n", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(384L)]
    [InlineData(long.MaxValue)]
    [InlineData(null)]
    public void Enough_are_not(long? limit) => FileDescriptors.RequireEnough(limit);

    [Fact]
    public void The_system_tells_the_limit() => Assert.Equal(OperatingSystem.IsLinux(), FileDescriptors.Limit is > 0);
}
