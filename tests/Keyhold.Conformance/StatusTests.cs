using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance;

/// <summary>The statuses: which transitions exist, and what each status still does.</summary>
public sealed class StatusTests(ConformanceFixture conformance)
{
    private const string Algorithm = "RSA_PKCS1_SHA_256";
    private const string Encryption = "RSAES_OAEP_SHA_256";
    private static readonly byte[] s_message = [1, 2, 3];

    [Theory]
    [InlineData("ACTIVE", "ACTIVE")]
    [InlineData("ACTIVE", "INACTIVE")]
    [InlineData("ACTIVE", "REVOKED")]
    [InlineData("INACTIVE", "INACTIVE")]
    [InlineData("INACTIVE", "ACTIVE")]
    [InlineData("INACTIVE", "REVOKED")]
    [InlineData("REVOKED", "REVOKED")]
    public async Task A_transition_that_exists_succeeds(string from, string to)
    {
        var certificate = await InStatusAsync(from, Specs.P256);
        await certificate.SetStatusAsync(to);
        Assert.Equal(to, await certificate.StatusAsync());
    }

    [Theory]
    [InlineData("PENDING", "ACTIVE")]
    [InlineData("PENDING", "INACTIVE")]
    [InlineData("PENDING", "REVOKED")]
    [InlineData("REVOKED", "ACTIVE")]
    [InlineData("REVOKED", "INACTIVE")]
    public async Task A_transition_that_does_not_exist_is_refused_and_changes_nothing(string from, string to)
    {
        var certificate = await InStatusAsync(from, Specs.P256);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => certificate.SetStatusAsync(to));
        Assert.Equal(409, refused.Refusal.Status);
        // "On PENDING: 409" leaves the choice between the two codes that fit.
        string[] fitting = from is "PENDING"
            ? ["Rejected.PendingImport", "Rejected.StateModifiedFailed"]
            : ["Rejected.StateModifiedFailed"];
        Assert.Contains(refused.Refusal.Code, fitting, StringComparer.Ordinal);
        Assert.Equal(from, await certificate.StatusAsync());
    }

    [Theory]
    [InlineData("PENDING")]
    [InlineData("active")]
    [InlineData("DELETED")]
    public async Task A_status_that_nobody_can_set_is_refused(string status)
    {
        var certificate = await InStatusAsync("ACTIVE", Specs.P256);
        await certificate.InvalidAsync("Status", "UpdateCertificateStatus", ("Status", status));
        Assert.Equal("ACTIVE", await certificate.StatusAsync());
    }

    [Fact]
    public async Task Pending_does_nothing()
    {
        var certificate = await InStatusAsync("PENDING", Specs.Rsa);
        foreach (var (action, parameters) in Uses([1], [1]))
            await certificate.RefusedAsync(409, "Rejected.PendingImport", action, parameters);
    }

    [Fact]
    public async Task Inactive_verifies_and_encrypts_only()
    {
        var certificate = await InStatusAsync("ACTIVE", Specs.Rsa);
        var signature = await certificate.SignAsync(Algorithm, s_message);
        var ciphertext = await certificate.EncryptAsync(Encryption, s_message);
        await certificate.SetStatusAsync("INACTIVE");

        Assert.True(await certificate.VerifiesAsync(Algorithm, s_message, signature));
        Assert.NotEmpty(await certificate.EncryptAsync(Encryption, s_message));
        await RefusesAsync(certificate, "Rejected.Disabled", "CertificatePrivateKeySign", signature, ciphertext);
        await RefusesAsync(certificate, "Rejected.Disabled", "CertificatePrivateKeyDecrypt", signature, ciphertext);

        await certificate.SetStatusAsync("ACTIVE");
        Assert.Equal(s_message, await certificate.DecryptAsync(Encryption, ciphertext));
    }

    [Fact]
    public async Task Revoked_verifies_only()
    {
        var certificate = await InStatusAsync("ACTIVE", Specs.Rsa);
        var signature = await certificate.SignAsync(Algorithm, s_message);
        var ciphertext = await certificate.EncryptAsync(Encryption, s_message);
        await certificate.SetStatusAsync("REVOKED");

        Assert.True(await certificate.VerifiesAsync(Algorithm, s_message, signature));
        foreach (
            var action in (string[])
                ["CertificatePrivateKeySign", "CertificatePublicKeyEncrypt", "CertificatePrivateKeyDecrypt"]
        )
            await RefusesAsync(certificate, "Rejected.Revoked", action, signature, ciphertext);
    }

    [Theory]
    [InlineData("PENDING")]
    [InlineData("ACTIVE")]
    [InlineData("INACTIVE")]
    [InlineData("REVOKED")]
    public async Task Every_status_can_be_deleted_and_then_nothing_is_left(string status)
    {
        var certificate = await InStatusAsync(status, Specs.P256);
        await certificate.DeleteAsync();
        foreach (var action in (string[])["DescribeCertificate", "GetCertificate", "DeleteCertificate"])
            await certificate.RefusedAsync(404, "Certificate.NotFound", action);
        await certificate.RefusedAsync(404, "Certificate.NotFound", "UpdateCertificateStatus", ("Status", "ACTIVE"));
    }

    private async Task<HostedCertificate> InStatusAsync(string status, string keySpec)
    {
        if (status is "PENDING")
            return await HostedCertificate.CreateAsync(conformance.Api(), keySpec);
        var certificate = await conformance.ActiveAsync(keySpec);
        if (status is not "ACTIVE")
            await certificate.SetStatusAsync(status);
        return certificate;
    }

    private static async Task RefusesAsync(
        HostedCertificate certificate,
        string code,
        string action,
        byte[] signature,
        byte[] ciphertext
    )
    {
        var use = Uses(signature, ciphertext)
            .Single(one => string.Equals(one.Action, action, StringComparison.Ordinal));
        await certificate.RefusedAsync(409, code, use.Action, use.Parameters);
    }

    private static (string Action, (string Name, string Value)[] Parameters)[] Uses(
        byte[] signature,
        byte[] ciphertext
    ) =>
        [
            (
                "CertificatePrivateKeySign",
                [("Algorithm", Algorithm), ("MessageType", "RAW"), ("Message", Convert.ToBase64String(s_message))]
            ),
            (
                "CertificatePublicKeyVerify",
                [
                    ("Algorithm", Algorithm),
                    ("MessageType", "RAW"),
                    ("Message", Convert.ToBase64String(s_message)),
                    ("SignatureValue", Convert.ToBase64String(signature)),
                ]
            ),
            (
                "CertificatePublicKeyEncrypt",
                [("Algorithm", Encryption), ("Plaintext", Convert.ToBase64String(s_message))]
            ),
            (
                "CertificatePrivateKeyDecrypt",
                [("Algorithm", Encryption), ("CiphertextBlob", Convert.ToBase64String(ciphertext))]
            ),
        ];
}
