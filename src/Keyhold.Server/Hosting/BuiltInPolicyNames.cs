using Keyhold.Server.Access.Policies;

namespace Keyhold.Server.Hosting;

/// <summary>The names of the policies of type System, which no policy of the account can have.</summary>
public static class BuiltInPolicyNames
{
    public static IReadOnlySet<string> All { get; } =
        BuiltInPolicies.All.Select(policy => policy.PolicyName).ToHashSet(StringComparer.Ordinal);
}
