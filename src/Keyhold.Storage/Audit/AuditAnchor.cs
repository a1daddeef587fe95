namespace Keyhold.Storage.Audit;

/// <summary>
/// What a database says about a chain, as it stands there, without any HMAC checked: null where it says nothing.
/// </summary>
public sealed record AuditAnchor(byte[]? PublicKey, AuditCheckpointRow? Checkpoint);
