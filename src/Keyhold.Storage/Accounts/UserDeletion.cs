namespace Keyhold.Storage.Accounts;

/// <summary>What became of a user that was to be deleted; only for Deleted was anything changed.</summary>
public enum UserDeletion
{
    Deleted,
    NotFound,
    HasAccessKeys,
    HasPolicies,
}
