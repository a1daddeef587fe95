using System.Security.Cryptography;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Vault;

/// <summary>Makes the node's audit key once, seals it for its row, and opens it when the key ring is open.</summary>
internal sealed class AuditKeyVault(KeyRing ring, string accountId, AuditKeyStore store, TimeProvider time)
{
    private const string Purpose = "audit-key";

    /// <summary>The node's audit key; made now when there is none.</summary>
    public async ValueTask<AuditKey> EnsureAsync(string node, CancellationToken stop) =>
        await store.FindAsync(node, stop) is { } row ? Open(row) : await MakeAsync(node, stop);

    private async ValueTask<AuditKey> MakeAsync(string node, CancellationToken stop)
    {
        var key = PrivateKey.Generate(KeySpec.EcP256);
        var keyMaterial = key.ExportPkcs8();
        try
        {
            var sealedKey = ring.Seal(ContextOf(accountId, node), keyMaterial);
            var publicKey = key.PublicKey.SubjectPublicKeyInfo.ToArray();
            await store.AddAsync(new AuditKeyRow(node, publicKey, sealedKey, time.GetUtcNow(), Revision: 1), stop);
            return new AuditKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyMaterial);
        }
    }

    private AuditKey Open(AuditKeyRow row)
    {
        var keyMaterial = ring.Open(ContextOf(accountId, row.Node), row.SealedPrivateKey);
        try
        {
            return new AuditKey(PrivateKey.FromPkcs8(keyMaterial));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyMaterial);
        }
    }

    public static SealContext ContextOf(string accountId, string node) => new(Purpose, accountId, node);
}
