namespace Keyhold.Storage.Accounts;

/// <summary>
/// An access key. Owner is "root" for the account's own keys; Status is Active or Inactive. CreatedAt is kept to the
/// millisecond. Revision grows by one with each change.
/// </summary>
public sealed record AccessKeyRow(
    string AccessKeyId,
    string Owner,
    byte[] SealedSecret,
    string Status,
    DateTimeOffset CreatedAt,
    long Revision
);
