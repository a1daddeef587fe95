using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

public abstract class GetCertificateTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : GetCertificateTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : GetCertificateTests(DatabaseKind.Postgres);

    [Fact]
    [Case("GetCertificate", CaseKind.Good)]
    public async Task While_pending_certificate_and_chain_are_empty_and_the_CSR_is_there()
    {
        var (id, csr) = await Scenario.CreateAsync();
        var got = (await Keyhold.CallAsync("GetCertificate", ("CertificateId", id))).Ok();
        Assert.Equal(
            ("", "", csr, id),
            (got["Certificate"], got["CertificateChain"], got["Csr"], got["CertificateId"])
        );
    }
}
