using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Access;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Operations.Certificates;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Tests.Vault;

public class KeyVaultTests : OperationTest
{
    [Fact]
    public async Task A_lease_outlives_that_its_key_is_forgotten()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        var (use, row) = await UseOf(id);
        using var lease = Keyhold.Parts.Vault.Borrow(use, row);
        Keyhold.Parts.Vault.Forget(new CertificateId(id));
        Assert.NotEmpty(lease.Key.Sign(SigningAlgorithm.EcdsaSha256, MessageType.Raw, "m"u8));
    }

    [Fact]
    public async Task A_forgotten_key_is_cleared_when_the_last_lease_ends()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        var (use, row) = await UseOf(id);
        var lease = Keyhold.Parts.Vault.Borrow(use, row);
        Keyhold.Parts.Vault.Forget(new CertificateId(id));
        lease.Dispose();
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() =>
            lease.Key.Sign(SigningAlgorithm.EcdsaSha256, MessageType.Raw, "m"u8)
        );
    }

    [Fact]
    public async Task A_key_forgotten_between_the_right_and_the_loan_is_not_kept()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        var (use, row) = await UseOf(id);
        Keyhold.Parts.Vault.Forget(new CertificateId(id));
        var lease = Keyhold.Parts.Vault.Borrow(use, row);
        Assert.NotEmpty(lease.Key.Sign(SigningAlgorithm.EcdsaSha256, MessageType.Raw, "m"u8));
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() =>
            lease.Key.Sign(SigningAlgorithm.EcdsaSha256, MessageType.Raw, "m"u8)
        );
    }

    [Fact]
    public async Task A_key_is_lent_for_its_own_certificate_only()
    {
        var (mine, _, _) = await Scenario.ActiveAsync();
        var (other, _, _) = await Scenario.ActiveAsync();
        var (use, _) = await UseOf(mine);
        var (_, row) = await UseOf(other);
        Assert.Throws<InvalidOperationException>(() => Keyhold.Parts.Vault.Borrow(use, row));
    }

    [Fact]
    public async Task The_encryption_key_is_lent_for_its_own_certificate_only()
    {
        var (mine, pair) = await PairAsync();
        var (other, _, _) = await Scenario.ActiveAsync("EC_SM2");
        using (Keyhold.Parts.Vault.BorrowEncryptionKey(new KeyUse(new CertificateId(mine)), pair.Encryption!)) { }

        var (use, _) = await UseOf(other);

        Assert.Throws<InvalidOperationException>(() => Keyhold.Parts.Vault.BorrowEncryptionKey(use, pair.Encryption!));
    }

    [Fact]
    public async Task Neither_key_of_a_pair_opens_in_the_others_place()
    {
        var (id, pair) = await PairAsync();
        var use = new KeyUse(new CertificateId(id));
        var signingKey = pair.Certificate.SealedPrivateKey;
        var encryptionKey = pair.Encryption!.SealedPrivateKey;
        Keyhold.Parts.Vault.Forget(use.CertificateId);

        Assert.Throws<SealException>(() =>
            Keyhold.Parts.Vault.Borrow(use, pair.Certificate with { SealedPrivateKey = encryptionKey })
        );
        Assert.Throws<SealException>(() =>
            Keyhold.Parts.Vault.BorrowEncryptionKey(use, pair.Encryption with { SealedPrivateKey = signingKey })
        );
    }

    [Fact]
    public async Task Both_keys_of_a_pair_are_forgotten_together()
    {
        var (id, pair) = await PairAsync();
        var use = new KeyUse(new CertificateId(id));
        var lease = Keyhold.Parts.Vault.Borrow(use, pair.Certificate);
        var encryptionLease = Keyhold.Parts.Vault.BorrowEncryptionKey(use, pair.Encryption!);
        Keyhold.Parts.Vault.Forget(use.CertificateId);
        lease.Dispose();
        encryptionLease.Dispose();

        Assert.Throws<ObjectDisposedException>(() => lease.Key.Sign(SigningAlgorithm.Sm2Dsa, MessageType.Raw, "m"u8));
        Assert.Throws<ObjectDisposedException>(() => encryptionLease.ExportEncryptedPkcs8("passphrase"));
    }

    private async Task<(string Id, CertificatePair Pair)> PairAsync()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);
        (
            await Keyhold.CallAsync(
                "ImportEncryptionCertificate",
                ("CertificateId", id),
                ("Certificate", encryption.Certificate.Pem),
                ("AsymmetricAlgorithm", "SM2PKE"),
                ("SymmetricAlgorithm", "SM4_ECB"),
                ("EncryptedPrivateKey", encryption.EnvelopedFor(signing))
            )
        ).Ok();
        return (id, (await Keyhold.Parts.EncryptionCertificates.FindPairAsync(id, CancellationToken.None))!);
    }

    private async Task<(KeyUse Use, CertificateRow Row)> UseOf(string id)
    {
        var row = await Keyhold.Parts.Certificates.FindAsync(id, CancellationToken.None);
        var use = new KeyUse(new CertificateId(id));
        return (use, row!);
    }
}
