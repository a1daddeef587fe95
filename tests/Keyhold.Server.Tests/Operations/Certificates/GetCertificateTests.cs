namespace Keyhold.Server.Tests.Operations.Certificates;

public class GetCertificateTests : OperationTest
{
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
