namespace Keyhold.Storage.Accounts;

/// <summary>One document of a policy; versions are shown as v1, v2 and so on.</summary>
public sealed record PolicyVersionRow(int Number, string Document, DateTimeOffset CreatedAt);
