namespace Keyhold.Server.Access;

/// <summary>
/// Who signed a request. <paramref name="Owner"/> is a RAM principal: <c>acs:ram::1000000000000001:root</c>, or
/// <c>acs:ram::1000000000000001:user/alice</c>.
/// </summary>
internal sealed record Principal(string AccessKeyId, string Owner)
{
    public static string RootOf(string accountId) => $"acs:ram::{accountId}:root";

    public static string UserOf(string accountId, string userName) => UserPrefix(accountId) + userName;

    /// <summary>The user's name, or null when the principal is no user of this account.</summary>
    public static string? UserNameIn(string owner, string accountId) =>
        owner.StartsWith(UserPrefix(accountId), StringComparison.Ordinal)
            ? owner[UserPrefix(accountId).Length..]
            : null;

    private static string UserPrefix(string accountId) => $"acs:ram::{accountId}:user/";
}
