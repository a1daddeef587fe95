using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Vault;

/// <summary>Seals and opens access key secrets. A secret opens only in the row that it was sealed for.</summary>
internal sealed class SecretVault(KeyRing ring, Installation installation)
{
    public const string Purpose = "access-key-secret";

    public byte[] SealAccessKeySecret(string accessKeyId, ReadOnlySpan<byte> secret) =>
        ring.Seal(ContextOf(accessKeyId), secret);

    public byte[] OpenAccessKeySecret(AccessKeyRow row) => ring.Open(ContextOf(row.AccessKeyId), row.SealedSecret);

    private SealContext ContextOf(string accessKeyId) => new(Purpose, installation.AccountId, accessKeyId);
}
