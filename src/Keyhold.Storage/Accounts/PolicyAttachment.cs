namespace Keyhold.Storage.Accounts;

/// <summary>A policy that a user has. PolicyType is System or Custom, as RAM has it; AttachedAt is kept to the millisecond.</summary>
public sealed record PolicyAttachment(string PolicyType, string PolicyName, DateTimeOffset AttachedAt);
