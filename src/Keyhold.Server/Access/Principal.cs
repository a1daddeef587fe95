namespace Keyhold.Server.Access;

/// <summary>Who signed a request. <paramref name="Owner"/> is a RAM principal, such as <c>acs:ram::1000000000000001:root</c>.</summary>
internal sealed record Principal(string AccessKeyId, string Owner)
{
    public static string RootOf(string accountId) => $"acs:ram::{accountId}:root";
}
