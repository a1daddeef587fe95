using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

/// <summary>The parameter that nearly every operation has.</summary>
public abstract class CertificateIdTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : CertificateIdTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : CertificateIdTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData("GetCertificate")]
    [InlineData("DescribeCertificate")]
    [InlineData("DeleteCertificate")]
    [Case("GetCertificate", CaseKind.BadParameter)]
    [Case("DescribeCertificate", CaseKind.BadParameter)]
    [Case("DeleteCertificate", CaseKind.BadParameter)]
    public async Task Is_required_must_be_a_UUID_and_must_exist(string action)
    {
        (await Keyhold.CallAsync(action)).Refused(400, "MissingParameter", "CertificateId");
        (await Keyhold.CallAsync(action, ("CertificateId", ""))).Refused(400, "MissingParameter", "CertificateId");
        (await Keyhold.CallAsync(action, ("CertificateId", "x"))).Refused(
            400,
            "InvalidParameter",
            "CertificateId",
            "UUID"
        );
        (
            await Keyhold.CallAsync(
                action,
                ("CertificateId", "acs:kms:cn-hangzhou:1000000000000001:certificate/" + Scenario.OtherId)
            )
        ).Refused(400, "InvalidParameter", "CertificateId", "ARN");
        (await Keyhold.CallAsync(action, ("CertificateId", Scenario.OtherId))).Refused(404, "Certificate.NotFound");
    }
}
