namespace Keyhold.Storage.Audit;

/// <summary>A chain's last signed checkpoint: <paramref name="Line"/> holds the bytes of its line in the trail, without LF.</summary>
public sealed record AuditCheckpointRow(string Node, long Sequence, byte[] Line);
