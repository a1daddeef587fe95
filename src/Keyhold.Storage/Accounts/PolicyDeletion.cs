namespace Keyhold.Storage.Accounts;

/// <summary>What became of a policy that was to be deleted; only for Deleted was anything changed.</summary>
public enum PolicyDeletion
{
    Deleted,
    NotFound,
    HasVersions,
    IsAttached,
}
