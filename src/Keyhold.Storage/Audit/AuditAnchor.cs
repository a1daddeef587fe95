namespace Keyhold.Storage.Audit;

/// <summary>
/// What a database says about a chain, as it stands there, without any HMAC checked: null where it says nothing.
/// </summary>
/// <param name="HasSigned">Whether the key's row says that a checkpoint of it was kept.</param>
public sealed record AuditAnchor(byte[]? PublicKey, AuditCheckpointRow? Checkpoint, bool HasSigned = true);
