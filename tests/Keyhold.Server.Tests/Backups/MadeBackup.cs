using Keyhold.Crypto.Sealing;
using Keyhold.Server.Backups;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Operations.Certificates;
using Keyhold.Storage;

namespace Keyhold.Server.Tests.Backups;

/// <summary>A backup in a folder of its own, with the root key that opens it.</summary>
internal sealed class MadeBackup : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-backup-test-");

    private MadeBackup(IRootKey rootKey) => RootKey = rootKey;

    public IRootKey RootKey { get; }

    public string Path => System.IO.Path.Combine(folder.FullName, "made.backup");

    public static async Task<MadeBackup> OfAsync(KeyholdUnderTest keyhold)
    {
        var made = new MadeBackup(FileRootKey.Load(DataFolder.DefaultRootKeyFile(keyhold.DataFolder)));
        await made.WriteAsync(keyhold.Folder.Database, keyhold.Time);
        return made;
    }

    public async Task WriteAsync(Database database, TimeProvider time)
    {
        await using var output = File.Create(Path);
        await new BackupSnapshot(database, RootKey, time).WriteAsync(output, false, (_, _) => { }, default);
    }

    public async Task<BackupReport> ProveAsync(bool acceptDamage = false)
    {
        using var file = BackupFile.Open(Path);
        return await BackupProof.RunAsync(file, RootKey, acceptDamage, (_, _) => { }, default);
    }

    /// <summary>Reads everything, as every use of a backup begins.</summary>
    public void Read(string? path = null)
    {
        using var file = BackupFile.Open(path ?? Path);
        using var ring = BackupProof.OpenRing(file, RootKey);
        using var content = file.ReadContent(ring);
        while (content.Next() is not null)
        {
            // Reading is what is tried.
        }
    }

    public byte[] Bytes() => File.ReadAllBytes(Path);

    public string Other(byte[] content)
    {
        var path = System.IO.Path.Combine(folder.FullName, "other.backup");
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose()
    {
        RootKey.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>One of everything: certificates of three specs, an SM2 pair, a history, a user, a policy, an access key.</summary>
    public static async Task FillAsync(KeyholdUnderTest keyhold, Scenario scenario)
    {
        await scenario.ActiveAsync("EC_P256");
        await scenario.CreateAsync("RSA_2048");
        var (pair, issuer, signing) = await scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);
        (
            await keyhold.CallAsync(
                "ImportEncryptionCertificate",
                ("CertificateId", pair),
                ("Certificate", encryption.Certificate.Pem),
                ("CertificateChain", issuer.ChainPem),
                ("AsymmetricAlgorithm", "SM2PKE"),
                ("SymmetricAlgorithm", "SM4_ECB"),
                ("EncryptedPrivateKey", encryption.EnvelopedFor(signing))
            )
        ).Ok();
        await scenario.UserAsync("alice", Scenario.Statement("Allow", "kms:*", "*"));
    }
}
