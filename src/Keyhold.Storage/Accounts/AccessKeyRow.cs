namespace Keyhold.Storage.Accounts;

/// <summary>
/// An access key. Owner is the RAM principal, acs:ram::account:root for the account itself; Status is Active or Inactive. CreatedAt is kept to the
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
