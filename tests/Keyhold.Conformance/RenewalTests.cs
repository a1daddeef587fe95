using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance;

/// <summary>Uploading again: renewal, history, repetition, and two at once.</summary>
public sealed class RenewalTests(ConformanceFixture conformance)
{
    private const string Algorithm = "ECDSA_SHA_256";
    private static readonly byte[] s_message = [1, 2, 3];

    [Theory]
    [InlineData("ACTIVE")]
    [InlineData("INACTIVE")]
    public async Task A_new_certificate_for_the_same_key_becomes_current_and_the_status_stays(string status)
    {
        var authority = await conformance.AuthorityAsync(Specs.P256);
        var certificate = await conformance.ActiveAsync(Specs.P256);
        var signature = await certificate.SignAsync(Algorithm, s_message);
        await certificate.SetStatusAsync(status);
        var renewed = await authority.IssueAsync(certificate.Csr);

        await certificate.UploadAsync(renewed, authority.Chain);

        Assert.Equal(renewed, (await certificate.GetAsync()).Text("Certificate"));
        Assert.Equal(status, await certificate.StatusAsync());
        Assert.True(await certificate.VerifiesAsync(Algorithm, s_message, signature));
    }

    [Fact]
    public async Task A_revoked_certificate_is_not_renewed()
    {
        var authority = await conformance.AuthorityAsync(Specs.P256);
        var certificate = await conformance.ActiveAsync(Specs.P256);
        var before = (await certificate.GetAsync()).Text("Certificate");
        await certificate.SetStatusAsync("REVOKED");

        var renewed = await authority.IssueAsync(certificate.Csr);
        await certificate.UploadRefusedAsync(409, "Rejected.Revoked", renewed, authority.Chain);

        Assert.Equal(before, (await certificate.GetAsync()).Text("Certificate"));
        Assert.Equal("REVOKED", await certificate.StatusAsync());
    }

    [Fact]
    public async Task A_refused_renewal_leaves_the_current_certificate_in_place()
    {
        var authority = await conformance.AuthorityAsync(Specs.P256);
        var certificate = await conformance.ActiveAsync(Specs.P256);
        var other = await HostedCertificate.CreateAsync(conformance.Api(), Specs.P256);
        var before = await certificate.GetAsync();

        await certificate.UploadInvalidAsync("Certificate", await authority.IssueAsync(other.Csr), authority.Chain);
        await certificate.UploadInvalidAsync(
            "CertificateChain",
            await authority.IssueAsync(certificate.Csr),
            authority.Root
        );

        var after = await certificate.GetAsync();
        Assert.Equal(before.Text("Certificate"), after.Text("Certificate"));
        Assert.Equal(before.Text("CertificateChain"), after.Text("CertificateChain"));
    }

    [Fact]
    public async Task The_same_upload_twice_succeeds_and_changes_nothing()
    {
        var certificate = await conformance.ActiveAsync(Specs.P256);
        var content = await certificate.GetAsync();
        await certificate.UploadAsync(content.Text("Certificate"), content.Text("CertificateChain"));
        var again = await certificate.GetAsync();
        Assert.Equal(content.Text("Certificate"), again.Text("Certificate"));
        Assert.Equal(content.Text("CertificateChain"), again.Text("CertificateChain"));
        Assert.Equal("ACTIVE", await certificate.StatusAsync());
    }

    [Fact]
    public async Task The_same_certificate_with_another_chain_replaces_the_chain()
    {
        var authority = await conformance.AuthorityAsync(Specs.P256);
        var certificate = await HostedCertificate.CreateAsync(conformance.Api(), Specs.P256);
        var leaf = await authority.IssueAsync(certificate.Csr);
        foreach (var chain in (string[])[authority.Intermediate, authority.Chain, authority.Intermediate])
        {
            await certificate.UploadAsync(leaf, chain);
            Assert.Equal(chain, (await certificate.GetAsync()).Text("CertificateChain"));
        }
    }

    [Fact]
    public async Task An_older_certificate_uploaded_again_becomes_current()
    {
        var authority = await conformance.AuthorityAsync(Specs.P256);
        var certificate = await HostedCertificate.CreateAsync(conformance.Api(), Specs.P256);
        var first = await authority.IssueAsync(certificate.Csr);
        var second = await authority.IssueAsync(certificate.Csr);
        foreach (var leaf in (string[])[first, second, first, second])
        {
            await certificate.UploadAsync(leaf, authority.Chain);
            Assert.Equal(leaf, (await certificate.GetAsync()).Text("Certificate"));
        }
    }

    [Fact]
    public async Task Of_uploads_at_once_each_wins_or_gets_409_and_a_winner_is_current()
    {
        var authority = await conformance.AuthorityAsync(Specs.P256);
        for (var round = 0; round < 5; round++)
        {
            var certificate = await HostedCertificate.CreateAsync(conformance.Api(), Specs.P256);
            var leaves = new List<string>();
            for (var number = 0; number < 6; number++)
                leaves.Add(await authority.IssueAsync(certificate.Csr));

            var outcomes = await Task.WhenAll(
                leaves.Select(leaf => TryUploadAsync(certificate, leaf, authority.Chain))
            );

            Assert.All(outcomes.OfType<Refusal>(), refusal => Assert.Equal(409, refusal.Status));
            var winners = leaves.Where((_, index) => outcomes[index] is null).ToList();
            Assert.NotEmpty(winners);
            Assert.Contains((await certificate.GetAsync()).Text("Certificate"), winners, StringComparer.Ordinal);
            Assert.Equal("ACTIVE", await certificate.StatusAsync());
        }
    }

    private static async Task<Refusal?> TryUploadAsync(HostedCertificate certificate, string leaf, string chain)
    {
        try
        {
            await certificate.UploadAsync(leaf, chain);
            return null;
        }
        catch (RefusedException refused)
        {
            return refused.Refusal;
        }
    }
}
