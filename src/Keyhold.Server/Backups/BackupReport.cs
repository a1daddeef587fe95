namespace Keyhold.Server.Backups;

/// <summary>What a proven backup holds.</summary>
/// <param name="Rows">How many rows each table has.</param>
/// <param name="PrivateKeys">How many private keys have done what belongs to their public keys.</param>
/// <param name="Faults">Rows that failed their proof and were accepted, with the reason.</param>
public sealed record BackupReport(
    string File,
    long Bytes,
    string BackupId,
    string KeyholdVersion,
    int SchemaVersion,
    DateTimeOffset CreatedAt,
    string AccountId,
    string RootKeyId,
    string RootKeyProvider,
    IReadOnlyList<(string Table, long Rows)> Rows,
    int PrivateKeys,
    IReadOnlyList<string> Faults
);
