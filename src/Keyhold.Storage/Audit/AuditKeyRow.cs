namespace Keyhold.Storage.Audit;

/// <summary>The key that signs one node's chain. PublicKey is a SubjectPublicKeyInfo; CreatedAt is kept to the millisecond.</summary>
public sealed record AuditKeyRow(
    string Node,
    byte[] PublicKey,
    byte[] SealedPrivateKey,
    DateTimeOffset CreatedAt,
    long Revision
);
