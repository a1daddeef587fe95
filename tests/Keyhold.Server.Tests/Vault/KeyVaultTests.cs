using Keyhold.Crypto.Keys;
using Keyhold.Server.Access;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Server.Tests.Operations;
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

    private async Task<(KeyUse Use, CertificateRow Row)> UseOf(string id)
    {
        var row = await Keyhold.Parts.Certificates.FindAsync(id, CancellationToken.None);
        var use = new KeyUse(new CertificateId(id));
        return (use, row!);
    }
}
