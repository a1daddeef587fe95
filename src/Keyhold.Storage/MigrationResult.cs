namespace Keyhold.Storage;

/// <summary>What a migration did: the schema version before (0: an empty database) and after, and the scripts run.</summary>
public sealed record MigrationResult(int From, int To, IReadOnlyList<string> Applied);
