using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Keyhold.Conformance.Clients;
using Keyhold.Conformance.OpenSsl;

namespace Keyhold.Conformance;

/// <summary>The main job, for every key spec over every road: create, issue elsewhere, upload, use, retire.</summary>
public sealed class FullLifeTests(ConformanceFixture conformance)
{
    public static MatrixTheoryData<string, string> EverySpecOverEveryRoad { get; } = new(Specs.All, Road.Main);

    [Theory]
    [MemberData(nameof(EverySpecOverEveryRoad))]
    public Task A_certificate_lives_its_whole_life(string keySpec, string road) => LiveAsync(keySpec, road);

    [Theory]
    [InlineData(Specs.Sm2, Road.V3Sm3)]
    [InlineData(Specs.P256, Road.V1Sha256)]
    [InlineData(Specs.P256, Road.CommandLine)]
    public Task A_certificate_lives_its_whole_life_over_the_rarer_roads(string keySpec, string road) =>
        LiveAsync(keySpec, road);

    private async Task LiveAsync(string keySpec, string road)
    {
        var authority = await conformance.AuthorityAsync(keySpec);

        // A key pair is made inside, its CSR comes out.
        var certificate = await CreateAsync(keySpec, road);
        await CheckRequestAsync(certificate);
        await CheckPendingAsync(certificate);

        // A CA answers the CSR elsewhere, leaf and chain are uploaded.
        var leaf = await authority.IssueAsync(certificate.Csr);
        await certificate.UploadAsync(leaf, authority.Chain);
        await CheckDescriptionAsync(certificate, leaf);
        await CheckContentAsync(certificate, leaf, authority.Chain);

        // The key works, and OpenSSL agrees.
        var publicKey = await OpenSslKeys.PublicKeyOfAsync(leaf);
        foreach (var algorithm in Specs.SigningAlgorithms(keySpec))
            await CheckSignaturesAsync(certificate, publicKey, algorithm);
        foreach (var (algorithm, maximum) in Specs.EncryptionAlgorithms(keySpec))
            await CheckCiphertextsAsync(certificate, publicKey, algorithm, maximum);

        // Disabled, enabled again, revoked, deleted.
        await certificate.SetStatusAsync("INACTIVE");
        Assert.Equal("INACTIVE", await certificate.StatusAsync());
        await certificate.SetStatusAsync("ACTIVE");
        Assert.Equal("ACTIVE", await certificate.StatusAsync());
        await certificate.SetStatusAsync("REVOKED");
        Assert.Equal("REVOKED", await certificate.StatusAsync());
        await certificate.DeleteAsync();
        var gone = await Assert.ThrowsAsync<RefusedException>(certificate.DescribeAsync);
        Assert.Contains("The specified certificate is not found.", gone.Message, StringComparison.Ordinal);
    }

    private async Task<HostedCertificate> CreateAsync(string keySpec, string road)
    {
        var created = await conformance
            .Api(road)
            .CallAsync(
                "CreateCertificate",
                ("KeySpec", keySpec),
                ("Subject", HostedCertificate.SubjectOf("full life")),
                ("SubjectAlternativeNames", """["test1.example.com","*.test2.example.com"]""")
            );
        Assert.Equal(["Arn", "CertificateId", "Csr", "RequestId"], created.Names());
        var certificateId = created.Text("CertificateId");
        Assert.True(IsLowerCaseUuid(certificateId), certificateId);
        Assert.True(IsLowerCaseUuid(created.Text("RequestId")), created.Text("RequestId"));
        Assert.Equal($"acs:kms:cn-hangzhou:1000000000000001:certificate/{certificateId}", created.Text("Arn"));
        var csr = created.Text("Csr");
        Assert.StartsWith("-----BEGIN CERTIFICATE REQUEST-----\n", csr, StringComparison.Ordinal);
        Assert.EndsWith("\n-----END CERTIFICATE REQUEST-----\n", csr, StringComparison.Ordinal);
        return new HostedCertificate(conformance.Api(road), certificateId, keySpec, csr);
    }

    private static async Task CheckRequestAsync(HostedCertificate certificate)
    {
        using var folder = new OpenSslFolder();
        folder.Write("request.csr", certificate.Csr);
        var identity = certificate.KeySpec is Specs.Sm2 ? $"-vfyopt distid:{Specs.Sm2Identity}" : "";
        var verified = await folder.RunAsync($"req -verify -in request.csr -noout {identity}");
        Assert.Contains("verify OK", verified.Errors + verified.Text, StringComparison.Ordinal);
    }

    private static async Task CheckPendingAsync(HostedCertificate certificate)
    {
        var description = await certificate.DescribeAsync();
        Assert.Equal("PENDING", description.Text("Status"));
        Assert.DoesNotContain(description.Names(), name => name is "Issuer" or "Serial" or "NotBefore" or "NotAfter");
        var content = await certificate.GetAsync();
        Assert.Equal("", content.Text("Certificate"));
        Assert.Equal("", content.Text("CertificateChain"));
        Assert.Equal(certificate.Csr, content.Text("Csr"));
    }

    private static async Task CheckDescriptionAsync(HostedCertificate certificate, string leaf)
    {
        using var folder = new OpenSslFolder();
        folder.Write("leaf.pem", leaf);
        var facts = (
            await folder.RunAsync(
                "x509 -in leaf.pem -noout -serial -subject -issuer -dates -nameopt RFC2253 -dateopt iso_8601"
            )
        )
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(line => line.Split('=')[0], line => line[(line.IndexOf('=') + 1)..], StringComparer.Ordinal);

        var description = await certificate.DescribeAsync();

        Assert.Equal(certificate.CertificateId, description.Text("CertificateId"));
        Assert.EndsWith($":certificate/{certificate.CertificateId}", description.Text("Arn"), StringComparison.Ordinal);
        Assert.Equal("ACTIVE", description.Text("Status"));
        Assert.Equal(certificate.KeySpec, description.Text("KeySpec"));
        Assert.Equal("CN=full life,OU=kms,O=Conformance,C=CN", description.Text("Subject"));
        Assert.Equal(facts["subject"], description.Text("Subject"));
        Assert.Equal(facts["issuer"], description.Text("Issuer"));
        Assert.Equal(facts["serial"], description.Text("Serial"));
        Assert.Equal(facts["notBefore"].Replace(' ', 'T'), description.Text("NotBefore"));
        Assert.Equal(facts["notAfter"].Replace(' ', 'T'), description.Text("NotAfter"));
        Assert.Equal(Specs.IssuedSignatureAlgorithm(certificate.KeySpec), description.Text("SignatureAlgorithm"));
        Assert.Equal(["test1.example.com", "*.test2.example.com"], description.Texts("SubjectAlternativeNames"));
        Assert.True(description.GetProperty("ExportablePrivateKey").GetBoolean());
        Assert.Equal(await OpenSslKeys.PublicKeyOfAsync(leaf), WithFinalNewline(description.Text("SubjectPublicKey")));
        Assert.Equal(await KeyIdentifierOfAsync(folder), description.Text("SubjectKeyIdentifier"));
        CheckTime(description, "CreatedAt");
        CheckTime(description, "UpdatedAt");
    }

    private static async Task<string> KeyIdentifierOfAsync(OpenSslFolder folder)
    {
        var extension = (await folder.RunAsync("x509 -in leaf.pem -noout -ext subjectKeyIdentifier")).Text;
        return extension.Split('\n')[1].Trim().Replace(':', ' ');
    }

    private static async Task CheckContentAsync(HostedCertificate certificate, string leaf, string chain)
    {
        var content = await certificate.GetAsync();
        Assert.Equal(["Certificate", "CertificateChain", "CertificateId", "Csr", "RequestId"], content.Names());
        Assert.Equal(leaf, WithFinalNewline(content.Text("Certificate")));
        Assert.Equal(chain, WithFinalNewline(content.Text("CertificateChain")));
        Assert.Equal(certificate.Csr, content.Text("Csr"));
    }

    private static async Task CheckSignaturesAsync(HostedCertificate certificate, string publicKey, string algorithm)
    {
        var message = RandomNumberGenerator.GetBytes(1000);
        var digest = await OpenSslKeys.DigestAsync(publicKey, certificate.KeySpec, message);
        byte[] changed = [.. message[..^1], (byte)(message[^1] ^ 1)];

        var ofMessage = await certificate.SignAsync(algorithm, message);
        var ofDigest = await certificate.SignAsync(algorithm, digest, "DIGEST");

        foreach (var signature in (byte[][])[ofMessage, ofDigest])
        {
            Assert.True(await OpenSslKeys.VerifiesAsync(publicKey, algorithm, message, signature));
            Assert.True(await certificate.VerifiesAsync(algorithm, message, signature, "RAW"));
            Assert.True(await certificate.VerifiesAsync(algorithm, digest, signature, "DIGEST"));
            Assert.False(await certificate.VerifiesAsync(algorithm, changed, signature));
        }
    }

    private static async Task CheckCiphertextsAsync(
        HostedCertificate certificate,
        string publicKey,
        string algorithm,
        int maximum
    )
    {
        var plaintext = RandomNumberGenerator.GetBytes(maximum);
        Assert.Equal(
            plaintext,
            await certificate.DecryptAsync(algorithm, await certificate.EncryptAsync(algorithm, plaintext))
        );
        var ciphertext = await OpenSslKeys.EncryptAsync(publicKey, algorithm, plaintext[..32]);
        Assert.Equal(plaintext[..32], await certificate.DecryptAsync(algorithm, ciphertext));
    }

    private static void CheckTime(JsonElement description, string field) =>
        Assert.InRange(
            DateTimeOffset.ParseExact(
                description.Text(field),
                "yyyy-MM-dd'T'HH:mm:ss'Z'",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal
            ),
            TimeProvider.System.GetUtcNow().AddMinutes(-15),
            TimeProvider.System.GetUtcNow().AddMinutes(1)
        );

    private static string WithFinalNewline(string pem) => pem.EndsWith('\n') ? pem : pem + "\n";

    private static bool IsLowerCaseUuid(string text) =>
        Guid.TryParseExact(text, "D", out var id) && string.Equals(id.ToString("D"), text, StringComparison.Ordinal);
}
