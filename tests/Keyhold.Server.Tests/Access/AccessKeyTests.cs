using Keyhold.Protocol;
using Keyhold.Server.Access;

namespace Keyhold.Server.Tests.Access;

public class AccessKeyTests
{
    [Fact]
    public void A_cleared_key_is_disabled_so_that_nobody_signs_with_its_zeros()
    {
        var key = new AccessKey(new Principal("KHx", Principal.RootOf("1")), [1, 2, 3], enabled: true);
        key.RequireEnabled();

        key.Clear();

        Assert.Equal(new byte[3], key.Secret.ToArray());
        Assert.Equal("Forbidden.AccessKey", Assert.Throws<ApiException>(key.RequireEnabled).Error.Code);
    }
}
