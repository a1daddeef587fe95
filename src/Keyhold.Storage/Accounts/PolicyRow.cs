namespace Keyhold.Storage.Accounts;

/// <summary>
/// A policy with all its versions, oldest first. DefaultVersion is the one in force, LastVersion the highest number ever
/// given. Times are kept to the millisecond; Revision grows by one with each change.
/// </summary>
public sealed record PolicyRow(
    string PolicyName,
    string Description,
    IReadOnlyList<PolicyVersionRow> Versions,
    int DefaultVersion,
    int LastVersion,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Revision
);
