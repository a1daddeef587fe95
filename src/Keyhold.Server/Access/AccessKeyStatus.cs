namespace Keyhold.Server.Access;

/// <summary>The statuses of an access key, as RAM spells them.</summary>
internal static class AccessKeyStatus
{
    public const string Active = "Active";
    public const string Inactive = "Inactive";

    public static readonly IReadOnlyList<string> All = [Active, Inactive];
}
