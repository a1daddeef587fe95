namespace Keyhold.Storage.Accounts;

/// <summary>A user with the policies that it has, oldest attachment first. Times are kept to the millisecond; Revision grows by one with each change.</summary>
public sealed record UserRow(
    string UserName,
    string UserId,
    string DisplayName,
    string Comments,
    IReadOnlyList<PolicyAttachment> Attachments,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Revision
);
