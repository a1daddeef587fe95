using System.Xml.Linq;
using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance.Wire;

/// <summary>Format=XML: a declaration first, then one element holding the same fields as the JSON answer.</summary>
public sealed class XmlAnswerTests(ConformanceFixture conformance)
{
    private const string Passphrase = "correct-horse-9";

    [Fact]
    public async Task Every_operation_answers_well_formed_XML_with_the_fields_of_its_JSON()
    {
        var authority = await conformance.AuthorityAsync(Specs.Rsa);
        var created = await CallAsync(
            "CreateCertificate",
            ("KeySpec", Specs.Rsa),
            ("Subject", @"CN=a & b's \<c\> 密钥,OU=b,O=c,C=CN"),
            ("SubjectAlternativeNames", """["a.example.com","b.example.com"]""")
        );
        var id = ("CertificateId", created.Element("CertificateId")!.Value);
        var leaf = await authority.IssueAsync(created.Element("Csr")!.Value);
        await CallAsync("UploadCertificate", id, ("Certificate", leaf), ("CertificateChain", authority.Chain));

        var content = await CallAsync("GetCertificate", id);
        Assert.Equal(leaf, content.Element("Certificate")!.Value);
        await CallAsync("TagResource", id, ("Tags", """[{"TagKey":"k","TagValue":"v + w"}]"""));
        var description = await CallAsync("DescribeCertificate", id);
        Assert.Contains("a & b's ", description.Element("Subject")!.Value, StringComparison.Ordinal);
        Assert.Equal("true", description.Element("ExportablePrivateKey")!.Value);
        Assert.Equal(2, description.Element("SubjectAlternativeNames")!.Elements().Count());
        await CallAsync("UntagResource", id, ("TagKeys", """["k"]"""));

        (string, string)[] message =
        [
            id,
            ("Algorithm", "RSA_PSS_SHA_256"),
            ("MessageType", "RAW"),
            ("Message", "MTIzNA=="),
        ];
        var signed = await CallAsync("CertificatePrivateKeySign", message);
        var signature = ("SignatureValue", signed.Element("SignatureValue")!.Value);
        var verified = await CallAsync("CertificatePublicKeyVerify", [.. message, signature]);
        Assert.Equal("true", verified.Element("SignatureValid")!.Value);
        var encryption = ("Algorithm", "RSAES_OAEP_SHA_1");
        var encrypted = await CallAsync("CertificatePublicKeyEncrypt", id, encryption, ("Plaintext", "MTIzNA=="));
        var ciphertext = ("CiphertextBlob", encrypted.Element("CiphertextBlob")!.Value);
        var decrypted = await CallAsync("CertificatePrivateKeyDecrypt", id, encryption, ciphertext);
        Assert.Equal("MTIzNA==", decrypted.Element("Plaintext")!.Value);

        var exported = await CallAsync("ExportCertificate", id, ("Passphrase", Passphrase), ("ExportFormat", "PKCS12"));
        var blob = ("PKCS12Blob", exported.Element("PKCS12Blob")!.Value);
        await CallAsync("UpdateCertificateStatus", id, ("Status", "REVOKED"));
        await CallAsync("DeleteCertificate", id);
        var imported = await CallAsync("ImportCertificate", blob, ("Passphrase", Passphrase));
        await CallAsync("DeleteCertificate", ("CertificateId", imported.Element("CertificateId")!.Value));

        await CallAsync("ListCertificates", ("Subject", "nobody has this"));
        await CallAsync("DescribeRegions");
    }

    [Fact]
    public async Task A_list_holds_one_element_for_each_item()
    {
        await conformance.ActiveAsync(Specs.P256, more: ("Subject", HostedCertificate.SubjectOf("xml list")));
        await conformance.ActiveAsync(Specs.P256, more: ("Subject", HostedCertificate.SubjectOf("xml list")));
        var list = await CallAsync("ListCertificates", ("Subject", "xml list"));
        Assert.Equal(2, list.Element("CertificateSummaryList")!.Elements("CertificateSummary").Count());
        Assert.Equal("2", list.Element("TotalSize")!.Value);
    }

    [Theory]
    [InlineData("xml")]
    [InlineData("XML")]
    [InlineData("Xml")]
    public async Task An_error_is_XML_too(string format)
    {
        var answer = await conformance
            .Api()
            .SendAsync(DraftOf("DescribeCertificate") with { Common = [("Format", format)] });
        var error = CheckXml(answer);
        Assert.Equal(400, answer.Status);
        Assert.Equal("Error", error.Name.LocalName);
        Assert.Equal("MissingParameter", error.Element("Code")!.Value);
        Assert.NotEmpty(error.Element("Message")!.Value);
        Assert.NotEmpty(error.Element("HostId")!.Value);
    }

    [Fact]
    public async Task An_error_before_the_signature_is_checked_is_XML_too()
    {
        var answer = await conformance.Api().SendAsync(DraftOf("DescribeRegions") with { AccessKeyId = "LTAINobody" });
        Assert.Equal("InvalidAccessKeyId.NotFound", CheckXml(answer).Element("Code")!.Value);
        Assert.Equal(404, answer.Status);
    }

    [Fact]
    public async Task The_format_is_honoured_under_V3_and_is_JSON_when_absent()
    {
        var xml = await conformance.Api().SendAsync(new Draft("DescribeRegions", ("Format", "XML")));
        CheckXml(xml);
        var v1 = new Draft("DescribeRegions") { Scheme = "V1", Common = [("Format", null)] };
        Assert.NotEmpty((await conformance.Api().SendAsync(v1)).Json.Text("RequestId"));
    }

    private async Task<XElement> CallAsync(string action, params (string Name, string Value)[] parameters)
    {
        var answer = await conformance.Api().SendAsync(DraftOf(action, parameters));
        Assert.True(answer.Status == 200, $"{action}: {answer.Body}");
        return CheckXml(answer);
    }

    private static Draft DraftOf(string action, params (string Name, string Value)[] parameters) =>
        new(action, parameters)
        {
            Scheme = "V1",
            Place = "form",
            Common = [("Format", "XML")],
        };

    private static XElement CheckXml(HttpAnswer answer)
    {
        Assert.StartsWith("<?xml version=", answer.Body, StringComparison.Ordinal);
        Assert.Equal(
            "text/xml;charset=utf-8",
            answer.Headers["content-type"].Replace(" ", "", StringComparison.Ordinal)
        );
        var document = answer.Xml;
        Assert.Single(document.Nodes());
        Assert.Equal(answer.Headers["x-acs-request-id"], document.Root!.Element("RequestId")!.Value);
        return document.Root;
    }
}
