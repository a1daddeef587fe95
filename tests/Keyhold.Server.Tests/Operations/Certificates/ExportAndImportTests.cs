using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

public abstract class ExportAndImportTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : ExportAndImportTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : ExportAndImportTests(DatabaseKind.Postgres);

    private const string Passphrase = "correct horse battery";

    [Theory]
    [InlineData("RSA_2048", "RSA_PSS_SHA_256")]
    [InlineData("EC_P256", "ECDSA_SHA_256")]
    [InlineData("EC_SM2", "SM2DSA")]
    [Case("ExportCertificate", CaseKind.Good)]
    [Case("ImportCertificate", CaseKind.Good)]
    public async Task What_was_exported_as_PKCS12_can_be_imported_and_signs(string keySpec, string algorithm)
    {
        var (id, _, certificate) = await Scenario.ActiveAsync(keySpec);
        var exported = (
            await Keyhold.CallAsync(
                "ExportCertificate",
                ("CertificateId", id),
                ("Passphrase", Passphrase),
                ("ExportFormat", "PKCS12")
            )
        ).Ok();
        Assert.False(exported.Has("PrivateKey"));

        var imported = (
            await Keyhold.CallAsync(
                "ImportCertificate",
                ("PKCS12Blob", exported["PKCS12Blob"]),
                ("Passphrase", Passphrase)
            )
        ).Ok();

        var copy = imported["CertificateId"];
        var got = await Keyhold.CallAsync("GetCertificate", ("CertificateId", copy));
        Assert.Equal((certificate.Pem, ""), (got["Certificate"], got["Csr"]));
        Assert.Equal("ACTIVE", (await Scenario.DescribeAsync(copy))["Status"]);
        var signed = await Keyhold.CallAsync(
            "CertificatePrivateKeySign",
            ("CertificateId", copy),
            ("Algorithm", algorithm),
            ("Message", Scenario.Base64("m"))
        );
        var verified = await Keyhold.CallAsync(
            "CertificatePublicKeyVerify",
            ("CertificateId", id),
            ("Algorithm", algorithm),
            ("Message", Scenario.Base64("m")),
            ("SignatureValue", signed.Ok()["SignatureValue"])
        );
        Assert.True(verified.Ok().Json.GetProperty("SignatureValid").GetBoolean());
    }

    [Fact]
    public async Task PEM_is_the_default_and_its_key_is_encrypted()
    {
        var (id, issuer, certificate) = await Scenario.ActiveAsync();
        var exported = (
            await Keyhold.CallAsync("ExportCertificate", ("CertificateId", id), ("Passphrase", Passphrase))
        ).Ok();
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", exported["PrivateKey"], StringComparison.Ordinal);
        Assert.Equal((certificate.Pem, issuer.ChainPem), (exported["Certificate"], exported["CertificateChain"]));
        Assert.False(exported.Has("PKCS12Blob"));
    }

    [Fact]
    public async Task A_key_made_as_not_exportable_stays_inside()
    {
        var (id, _, _) = await Scenario.ActiveAsync(exportable: false);
        (await Keyhold.CallAsync("ExportCertificate", ("CertificateId", id), ("Passphrase", Passphrase))).Refused(
            409,
            "Rejected.NotExportable"
        );
    }

    [Theory]
    [InlineData("Passphrase", null, "MissingParameter")]
    [InlineData("ExportFormat", "DER", "InvalidParameter")]
    [Case("ExportCertificate", CaseKind.BadParameter)]
    public async Task Export_names_the_parameter_that_is_wrong(string parameter, string? value, string code)
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        var reply = await Keyhold.CallAsync(
            "ExportCertificate",
            ("CertificateId", id),
            ("Passphrase", parameter == "Passphrase" ? value : Passphrase),
            ("ExportFormat", parameter == "ExportFormat" ? value : null)
        );
        reply.Refused(400, code, parameter);
    }

    [Fact]
    [Case("ImportCertificate", CaseKind.BadParameter)]
    public async Task Import_tells_a_wrong_passphrase_from_a_broken_file()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        var blob = (
            await Keyhold.CallAsync(
                "ExportCertificate",
                ("CertificateId", id),
                ("Passphrase", Passphrase),
                ("ExportFormat", "PKCS12")
            )
        ).Ok()["PKCS12Blob"];

        (await Keyhold.CallAsync("ImportCertificate", ("PKCS12Blob", blob), ("Passphrase", "wrong"))).Refused(
            400,
            "InvalidParameter",
            "passphrase"
        );
        (
            await Keyhold.CallAsync(
                "ImportCertificate",
                ("PKCS12Blob", Scenario.Base64("no file")),
                ("Passphrase", Passphrase)
            )
        ).Refused(400, "InvalidParameter", "PKCS12Blob");
    }
}
