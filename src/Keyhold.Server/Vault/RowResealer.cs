using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Storage;

namespace Keyhold.Server.Vault;

/// <summary>Seals the secrets of rows anew under the newest ring key, for a rotation of the data key.</summary>
internal sealed class RowResealer(KeyRing ring, Installation installation) : IRowResealer
{
    private readonly RowAuthenticator authenticator = new(ring);

    public int CurrentKeyId => ring.CurrentKeyId;

    public ReadOnlyMemory<byte> CurrentHeader => ring.CurrentHeader();

    public void Authenticate(int keyId, ReadOnlySpan<byte> row, Span<byte> mac) =>
        authenticator.Authenticate(keyId, row, mac);

    public byte[]? Reseal(string table, string rowId, byte[] sealedSecret) =>
        ring.Reseal(ContextOf(installation.AccountId, table, rowId), sealedSecret);

    /// <summary>What the sealed secret of a table's row is bound to.</summary>
    public static SealContext ContextOf(string accountId, string table, string rowId) =>
        table switch
        {
            "access_keys" => new SealContext(SecretVault.Purpose, accountId, rowId),
            "certificates" => KeySlot.OfCertificate(new CertificateId(rowId)).ContextIn(accountId),
            "encryption_certificates" => KeySlot.OfEncryptionCertificate(new CertificateId(rowId)).ContextIn(accountId),
            "audit_keys" => AuditKeyVault.ContextOf(accountId, rowId),
            _ => throw new InvalidOperationException($"The table {table} holds no sealed secrets."),
        };
}
