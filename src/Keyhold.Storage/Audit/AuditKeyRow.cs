namespace Keyhold.Storage.Audit;

/// <summary>The key that signs one node's chain. PublicKey is a SubjectPublicKeyInfo; CreatedAt is kept to the millisecond.</summary>
public sealed record AuditKeyRow(
    string Node,
    byte[] PublicKey,
    byte[] SealedPrivateKey,
    DateTimeOffset CreatedAt,
    long Revision
)
{
    /// <summary>From this revision on there has been a checkpoint. A key that was only just made has revision 1.</summary>
    internal const long SignedRevision = 2;

    public bool HasSigned => Revision >= SignedRevision;
}
