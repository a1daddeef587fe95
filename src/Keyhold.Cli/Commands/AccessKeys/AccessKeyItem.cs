namespace Keyhold.Cli.Commands.AccessKeys;

/// <summary>An access key as it is listed, and as it is made: then with its secret.</summary>
internal sealed record AccessKeyItem(string Id, string Status, string CreateDate, string? Secret = null);
