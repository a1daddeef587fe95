namespace Keyhold.Storage.Accounts;

/// <summary>When, for which action and from which address an access key was used last, to the millisecond.</summary>
public sealed record AccessKeyUseRow(string AccessKeyId, DateTimeOffset UsedAt, string Action, string Source);
