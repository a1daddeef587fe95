using Keyhold.Protocol.Rpc;

namespace Keyhold.Protocol.Tests.Rpc;

public sealed class RequestIdTests
{
    [Fact]
    public void Is_a_new_lower_case_version_4_uuid_each_time()
    {
        var ids = Enumerable.Range(0, 1_000).Select(_ => RequestId.New()).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(1_000, ids.Count);
        Assert.All(
            ids,
            id => Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", id)
        );
    }
}
