namespace Keyhold.Server.Access;

/// <summary>The types of policies, as RAM spells them: built-in ones, and the account's own.</summary>
internal static class PolicyType
{
    public const string System = "System";
    public const string Custom = "Custom";

    public static readonly IReadOnlyList<string> All = [System, Custom];
}
