using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands.Account;

/// <summary>No policy of the account has the name of a built-in one, so the name alone says the type.</summary>
internal static class PolicyTypes
{
    public static string Of(string policyName) => BuiltInPolicyNames.All.Contains(policyName) ? "System" : "Custom";
}
