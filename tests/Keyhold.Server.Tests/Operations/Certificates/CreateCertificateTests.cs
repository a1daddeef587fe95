using Keyhold.Crypto.Certificates;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

public abstract class CreateCertificateTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : CreateCertificateTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : CreateCertificateTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData("RSA_2048")]
    [InlineData("EC_P256")]
    [InlineData("EC_SM2")]
    [Case("CreateCertificate", CaseKind.Good)]
    public async Task Makes_a_key_and_a_CSR_that_verifies(string keySpec)
    {
        var reply = (
            await Keyhold.CallAsync(
                "CreateCertificate",
                ("KeySpec", keySpec),
                ("Subject", "CN=userName,OU=kms,O=aliyun,C=CN"),
                ("SubjectAlternativeNames", """["test1.example.com","test2.example.com"]""")
            )
        ).Ok();

        var csr = SigningRequest.FromPem(reply["Csr"]);
        Assert.True(csr.SignatureIsValid());
        Assert.Equal("CN=userName,OU=kms,O=aliyun,C=CN", csr.Subject.ToString());
        Assert.Equal(["test1.example.com", "test2.example.com"], csr.SubjectAlternativeNames);
        Assert.Equal($"acs:kms:cn-hangzhou:1000000000000001:certificate/{reply["CertificateId"]}", reply["Arn"]);
        Assert.Equal("PENDING", (await Scenario.DescribeAsync(reply["CertificateId"]))["Status"]);
    }

    [Theory]
    [InlineData("{\"k\":\"a.example.com\"}")]
    [InlineData("[\"a.example.com\"]")]
    public async Task Takes_names_as_a_JSON_array_or_object(string names)
    {
        var reply = await Keyhold.CallAsync(
            "CreateCertificate",
            ("KeySpec", "EC_P256"),
            ("Subject", Scenario.Subject),
            ("SubjectAlternativeNames", names)
        );
        Assert.Equal(["a.example.com"], SigningRequest.FromPem(reply.Ok()["Csr"]).SubjectAlternativeNames);
    }

    [Theory]
    [InlineData("True", true)]
    [InlineData("true", true)]
    [InlineData("False", false)]
    [InlineData(null, true)]
    public async Task Reads_ExportablePrivateKey_in_either_case_and_defaults_to_true(string? text, bool expected)
    {
        var reply = await Keyhold.CallAsync(
            "CreateCertificate",
            ("KeySpec", "EC_P256"),
            ("Subject", Scenario.Subject),
            ("ExportablePrivateKey", text)
        );
        var described = await Scenario.DescribeAsync(reply.Ok()["CertificateId"]);
        Assert.Equal(expected, described.Json.GetProperty("ExportablePrivateKey").GetBoolean());
    }

    [Theory]
    [InlineData("KeySpec", "RSA_4096", "RSA_2048")]
    [InlineData("KeySpec", "rsa_2048", "RSA_2048")]
    [InlineData("Subject", "CN=only", "Subject")]
    [InlineData("Subject", "nonsense", "Subject")]
    [InlineData("Subject", "CN=a,OU=b,O=c,C=CHN", "C")]
    [InlineData("SubjectAlternativeNames", "[\"no spaces.example\"]", "SubjectAlternativeNames")]
    [InlineData("SubjectAlternativeNames", "not json", "SubjectAlternativeNames")]
    [InlineData("SubjectAlternativeNames", "[1]", "SubjectAlternativeNames")]
    [InlineData(
        "SubjectAlternativeNames",
        "[\"a1\",\"a2\",\"a3\",\"a4\",\"a5\",\"a6\",\"a7\",\"a8\",\"a9\",\"a10\",\"a11\"]",
        "10"
    )]
    [InlineData("ExportablePrivateKey", "yes", "ExportablePrivateKey")]
    [Case("CreateCertificate", CaseKind.BadParameter)]
    public async Task Names_the_parameter_that_is_wrong(string parameter, string value, string told)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KeySpec"] = "EC_P256",
            ["Subject"] = Scenario.Subject,
            [parameter] = value,
        };
        var reply = await Keyhold.CallAsync(
            "CreateCertificate",
            [.. parameters.Select(p => (p.Key, (string?)p.Value))]
        );
        reply.Refused(400, "InvalidParameter", "The specified parameter is not valid.", parameter, told);
        Assert.Equal(0, (await Keyhold.CallAsync("ListCertificates")).Json.GetProperty("TotalSize").GetInt32());
    }

    [Fact]
    public async Task A_subject_with_more_parts_than_can_be_certified_is_refused()
    {
        var subject = Scenario.Subject + string.Concat(Enumerable.Repeat(",OU=x", 61));
        (await Keyhold.CallAsync("CreateCertificate", ("KeySpec", "EC_P256"), ("Subject", subject))).Refused(
            400,
            "InvalidParameter",
            "Subject",
            "at most 64"
        );
    }

    [Theory]
    [InlineData("KeySpec")]
    [InlineData("Subject")]
    public async Task Names_the_parameter_that_is_missing(string parameter)
    {
        var reply = await Keyhold.CallAsync(
            "CreateCertificate",
            ("KeySpec", parameter == "KeySpec" ? null : "EC_P256"),
            ("Subject", parameter == "Subject" ? null : Scenario.Subject)
        );
        reply.Refused(400, "MissingParameter", parameter);
    }
}
