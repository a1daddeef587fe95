namespace Keyhold.Cli.Commands.AccessKeys;

/// <summary>Access keys for people, and the same as JSON for --json.</summary>
internal sealed record AccessKeyAnswer(IReadOnlyList<AccessKeyItem> Keys, ReadOnlyMemory<byte> Json);
