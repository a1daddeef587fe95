using System.Text.Json;
using Keyhold.Conformance.Clients;
using Keyhold.Conformance.OpenSsl;

namespace Keyhold.Conformance;

/// <summary>ExportCertificate and ImportCertificate: OpenSSL reads what comes out and makes what goes in.</summary>
public sealed class ExportImportTests(ConformanceFixture conformance)
{
    private const string Passphrase = "correct-horse-9";
    private static readonly byte[] s_message = [1, 2, 3];

    [Theory]
    [InlineData(Specs.Rsa)]
    [InlineData(Specs.P256)]
    [InlineData(Specs.Sm2)]
    public async Task PEM_holds_the_encrypted_key_of_the_certificate(string keySpec)
    {
        var certificate = await conformance.ActiveAsync(keySpec);
        var content = await certificate.GetAsync();
        var exported = await ExportAsync(certificate, "PEM");
        Assert.Equal(content.Text("Certificate"), exported.Text("Certificate"));
        Assert.Equal(content.Text("CertificateChain"), exported.Text("CertificateChain"));
        var encrypted = exported.Text("PrivateKey");
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", encrypted, StringComparison.Ordinal);

        using var folder = new OpenSslFolder();
        folder.Write("encrypted.pem", encrypted);
        var publicKey = await folder.RunAsync($"pkey -in encrypted.pem -passin pass:{Passphrase} -pubout");
        Assert.Equal(await OpenSslKeys.PublicKeyOfAsync(content.Text("Certificate")), publicKey.Text);
        Assert.NotEqual(0, (await folder.TryAsync("pkey -in encrypted.pem -passin pass:wrong -pubout")).ExitCode);
        var structure = (await folder.RunAsync("asn1parse -in encrypted.pem")).Text;
        Assert.Contains("PBES2", structure, StringComparison.Ordinal);
        Assert.Contains("aes-256-cbc", structure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Specs.Rsa)]
    [InlineData(Specs.P256)]
    [InlineData(Specs.Sm2)]
    public async Task PKCS12_holds_key_certificate_and_chain_and_can_be_imported_again(string keySpec)
    {
        var certificate = await conformance.ActiveAsync(keySpec);
        var content = await certificate.GetAsync();
        var exported = await ExportAsync(certificate, "PKCS12");
        var blob = exported.GetProperty("PKCS12Blob").GetBytesFromBase64();

        using var folder = new OpenSslFolder();
        folder.Write("exported.p12", blob);
        var all = (await folder.RunAsync($"pkcs12 -in exported.p12 -passin pass:{Passphrase} -nodes")).Text;
        Assert.Contains("PRIVATE KEY", all, StringComparison.Ordinal);
        foreach (var block in Blocks(content.Text("Certificate") + content.Text("CertificateChain")))
            Assert.Contains(block, all, StringComparison.Ordinal);
        Assert.NotEqual(0, (await folder.TryAsync("pkcs12 -in exported.p12 -passin pass:wrong -nodes")).ExitCode);

        var imported = await ImportAsync(keySpec, blob);
        var again = await imported.GetAsync();
        Assert.Equal(content.Text("Certificate"), again.Text("Certificate"));
        Assert.Equal(content.Text("CertificateChain"), again.Text("CertificateChain"));
    }

    [Theory]
    [InlineData(Specs.Rsa, "")]
    [InlineData(Specs.P256, "")]
    [InlineData(Specs.Sm2, "")]
    [InlineData(Specs.Rsa, "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1")]
    [InlineData(Specs.P256, "-keypbe NONE -certpbe NONE")]
    [InlineData(Specs.P256, "-iter 100000")]
    public async Task A_file_made_by_OpenSSL_is_imported_and_its_key_works(string keySpec, string options)
    {
        var authority = await conformance.AuthorityAsync(keySpec);
        using var folder = new OpenSslFolder();
        var leaf = await MakeFileAsync(folder, authority, keySpec, options);

        var certificate = await ImportAsync(keySpec, folder.Read("made.p12"));

        var description = await certificate.DescribeAsync();
        Assert.Equal("ACTIVE", description.Text("Status"));
        Assert.Equal(keySpec, description.Text("KeySpec"));
        Assert.Equal("CN=Imported,O=Elsewhere,C=CN", description.Text("Subject"));
        Assert.Equal(Specs.IssuedSignatureAlgorithm(keySpec), description.Text("SignatureAlgorithm"));
        var content = await certificate.GetAsync();
        Assert.Equal(leaf, content.Text("Certificate"));
        Assert.Equal(authority.Chain, content.Text("CertificateChain"));
        var publicKey = await OpenSslKeys.PublicKeyOfAsync(leaf);
        foreach (var algorithm in Specs.SigningAlgorithms(keySpec))
        {
            var signature = await certificate.SignAsync(algorithm, s_message);
            Assert.True(await OpenSslKeys.VerifiesAsync(publicKey, algorithm, s_message, signature));
            var theirs = await OpenSslKeys.SignAsync(folder, "imported.key", algorithm, s_message);
            Assert.True(await certificate.VerifiesAsync(algorithm, s_message, theirs));
        }
    }

    [Fact]
    public async Task A_wrong_passphrase_is_refused()
    {
        using var folder = new OpenSslFolder();
        await MakeFileAsync(folder, await conformance.AuthorityAsync(Specs.P256), Specs.P256, "");
        var refusal = await ImportRefusedAsync(folder.Read("made.p12"), "another-passphrase");
        Assert.Contains("assphrase", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another-passphrase", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_or_foreign_file_is_refused()
    {
        using var folder = new OpenSslFolder();
        await MakeFileAsync(folder, await conformance.AuthorityAsync(Specs.P256), Specs.P256, "");
        var good = folder.Read("made.p12");
        foreach (
            var bad in (byte[][])
                [
                    [1, 2, 3],
                    good[..^10],
                    [.. good[..^1], (byte)(good[^1] ^ 1)],
                    new byte[5000],
                ]
        )
            await ImportRefusedAsync(bad);
    }

    [Fact]
    public async Task A_file_without_key_or_without_certificate_is_refused()
    {
        using var folder = new OpenSslFolder();
        await MakeFileAsync(folder, await conformance.AuthorityAsync(Specs.P256), Specs.P256, "");
        await folder.RunAsync($"pkcs12 -export -nokeys -in leaf.pem -passout pass:{Passphrase} -out nokey.p12");
        await ImportRefusedAsync(folder.Read("nokey.p12"));
        await folder.RunAsync(
            $"pkcs12 -export -nocerts -inkey imported.key -passout pass:{Passphrase} -out nocertificate.p12"
        );
        await ImportRefusedAsync(folder.Read("nocertificate.p12"));
    }

    [Theory]
    [InlineData("-algorithm RSA -pkeyopt rsa_keygen_bits:1024")]
    [InlineData("-algorithm RSA -pkeyopt rsa_keygen_bits:3072")]
    [InlineData("-algorithm EC -pkeyopt ec_paramgen_curve:P-384")]
    [InlineData("-algorithm ED25519")]
    public async Task A_key_of_another_kind_is_refused_and_names_the_known_ones(string kind)
    {
        using var folder = new OpenSslFolder();
        await folder.RunAsync($"genpkey {kind} -out other.key");
        await folder.RunAsync("req -x509 -new -key other.key -subj /C=CN/CN=other -days 10 -out other.pem");
        await folder.RunAsync(
            $"pkcs12 -export -inkey other.key -in other.pem -passout pass:{Passphrase} -out other.p12"
        );
        var refusal = await ImportRefusedAsync(folder.Read("other.p12"));
        Assert.Contains("SM2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_costs_too_many_iterations_is_refused()
    {
        using var folder = new OpenSslFolder();
        await MakeFileAsync(folder, await conformance.AuthorityAsync(Specs.P256), Specs.P256, "-iter 1000001");
        var refusal = await ImportRefusedAsync(folder.Read("made.p12"));
        Assert.Contains("iterations", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_not_exportable_stays_inside()
    {
        var certificate = await conformance.ActiveAsync(Specs.P256, more: ("ExportablePrivateKey", "false"));
        foreach (var format in (string[])["PEM", "PKCS12"])
        {
            await certificate.RefusedAsync(
                409,
                "Rejected.NotExportable",
                "ExportCertificate",
                ("Passphrase", Passphrase),
                ("ExportFormat", format)
            );
        }
        Assert.NotEmpty(await certificate.SignAsync("ECDSA_SHA_256", s_message));
    }

    [Fact]
    public async Task An_unknown_export_format_is_refused()
    {
        var certificate = await conformance.ActiveAsync(Specs.P256);
        await certificate.InvalidAsync(
            "ExportFormat",
            "ExportCertificate",
            ("Passphrase", Passphrase),
            ("ExportFormat", "DER")
        );
    }

    private static Task<JsonElement> ExportAsync(HostedCertificate certificate, string format) =>
        certificate.CallAsync("ExportCertificate", ("Passphrase", Passphrase), ("ExportFormat", format));

    private async Task<HostedCertificate> ImportAsync(string keySpec, byte[] blob)
    {
        var api = conformance.Api(Road.KmsBody);
        var imported = await api.CallAsync(
            "ImportCertificate",
            ("PKCS12Blob", Convert.ToBase64String(blob)),
            ("Passphrase", Passphrase)
        );
        Assert.Equal(["Arn", "CertificateId", "RequestId"], imported.Names());
        return new HostedCertificate(api, imported.Text("CertificateId"), keySpec, "");
    }

    private Task<Refusal> ImportRefusedAsync(byte[] blob, string passphrase = Passphrase) =>
        conformance
            .Api()
            .RefusedAsync(
                400,
                "InvalidParameter",
                "ImportCertificate",
                ("PKCS12Blob", Convert.ToBase64String(blob)),
                ("Passphrase", passphrase)
            );

    /// <summary>Makes imported.key, leaf.pem and made.p12 in the folder; returns the leaf.</summary>
    private static async Task<string> MakeFileAsync(
        OpenSslFolder folder,
        OpenSslAuthority authority,
        string keySpec,
        string options
    )
    {
        var sm2 = keySpec is Specs.Sm2 ? $"-sm3 -sigopt distid:{Specs.Sm2Identity}" : "-sha256";
        await folder.RunAsync($"genpkey {OpenSslKeys.GenerateOptions(keySpec)} -out imported.key");
        await folder.RunAsync($"req -new -key imported.key -subj /C=CN/O=Elsewhere/CN=Imported -out request.csr {sm2}");
        var leaf = await authority.IssueAsync(folder.ReadText("request.csr"));
        folder.Write("leaf.pem", leaf);
        folder.Write("chain.pem", authority.Chain);
        await folder.RunAsync(
            "pkcs12 -export -inkey imported.key -in leaf.pem -certfile chain.pem "
                + $"-passout pass:{Passphrase} -out made.p12 {options}"
        );
        return leaf;
    }

    private static string[] Blocks(string pem) =>
        pem.Split("-----END CERTIFICATE-----\n", StringSplitOptions.RemoveEmptyEntries);
}
