using System.Collections.Frozen;

namespace Keyhold.Protocol.Rpc;

/// <summary>The versions of the API that requests name: KMS's, and RAM's for users, access keys and policies.</summary>
public static class ApiVersion
{
    public const string Kms = "2016-01-20";
    public const string Ram = "2015-05-01";

    /// <summary>The actions that are RAM's; a test holds them against the table of operations.</summary>
    public static readonly FrozenSet<string> RamActions = FrozenSet.ToFrozenSet(
        [
            "CreateUser",
            "GetUser",
            "ListUsers",
            "DeleteUser",
            "CreateAccessKey",
            "ListAccessKeys",
            "UpdateAccessKey",
            "DeleteAccessKey",
            "GetAccessKeyLastUsed",
            "CreatePolicy",
            "GetPolicy",
            "ListPolicies",
            "DeletePolicy",
            "CreatePolicyVersion",
            "GetPolicyVersion",
            "ListPolicyVersions",
            "DeletePolicyVersion",
            "SetDefaultPolicyVersion",
            "AttachPolicyToUser",
            "DetachPolicyFromUser",
            "ListPoliciesForUser",
            "SimulatePolicy",
        ],
        StringComparer.Ordinal
    );

    /// <summary>The version that a request for <paramref name="action"/> must name.</summary>
    public static string Of(string action) => RamActions.Contains(action) ? Ram : Kms;
}
