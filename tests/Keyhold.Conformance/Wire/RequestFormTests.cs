using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance.Wire;

/// <summary>The form of a request: action, version, format, method, sizes, parameters; and the form of every answer.</summary>
public sealed class RequestFormTests(ConformanceFixture conformance)
{
    private static readonly Draft s_v1 = new("DescribeRegions")
    {
        Scheme = "V1",
        Place = "query",
        Method = "GET",
    };
    private static readonly Draft s_v3 = new("DescribeRegions");

    [Theory]
    [InlineData("V1", "Nonsense")]
    [InlineData("V3", "Nonsense")]
    [InlineData("V1", "describeregions")]
    [InlineData("V3", "../DescribeRegions")]
    public async Task An_unknown_action_is_refused(string scheme, string action)
    {
        var refusal = await RefusedAsync(new Draft(action) { Scheme = scheme }, 404, "InvalidAction.NotFound");
        Assert.StartsWith(
            "Specified api is not found, please check your url and method.",
            refusal.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Another_version_is_refused()
    {
        foreach (
            var draft in (Draft[])
                [
                    s_v1 with
                    {
                        Common = [("Version", "2015-01-01")],
                    },
                    s_v3 with
                    {
                        Common = [("x-acs-version", "2015-01-01")],
                    },
                ]
        )
        {
            var refusal = await RefusedAsync(draft, 400, "InvalidVersion");
            Assert.StartsWith("Specified parameter Version is not valid.", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("V1", "Version", "MissingVersion")]
    [InlineData("V3", "x-acs-version", "MissingVersion")]
    [InlineData("V1", "Action", "MissingAction")]
    [InlineData("V3", "x-acs-action", "MissingAction")]
    [InlineData("V1", "AccessKeyId", "MissingAccessKeyId")]
    public async Task A_missing_common_parameter_is_named(string scheme, string name, string code) =>
        await RefusedAsync(new Draft("DescribeRegions") { Scheme = scheme, Common = [(name, null)] }, 400, code);

    [Fact]
    public async Task Under_V1_the_action_header_alone_is_not_enough()
    {
        var signed = await conformance.Api().SignAsync(s_v1 with { Common = [("Action", null)] });
        await RefusedAsync(
            signed with
            {
                Headers = signed.Headers.SetItem("x-acs-action", "DescribeRegions"),
            },
            400,
            "MissingAction"
        );
    }

    [Fact]
    public async Task Under_V3_an_action_in_both_places_must_agree()
    {
        var agreeing = await conformance.Api().SendAsync(s_v3 with { Parameters = [("Action", "DescribeRegions")] });
        Assert.Equal(200, agreeing.Status);
        var answer = await conformance.Api().SendAsync(s_v3 with { Parameters = [("Action", "ListCertificates")] });
        Assert.Equal(400, answer.Status);
        Assert.NotEmpty(Refusal.FromHttp(answer).Code);
    }

    [Fact]
    public async Task An_unknown_format_is_refused_in_JSON() =>
        await RefusedAsync(s_v1 with { Common = [("Format", "YAML")] }, 400, "InvalidParameter.Format");

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Another_method_is_refused(string method)
    {
        var refusal = await RefusedAsync(s_v3 with { Method = method }, 403, "UnsupportedHTTPMethod");
        Assert.StartsWith("This http method is not supported.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_twice_is_refused_wherever_it_stands()
    {
        var signed = await conformance
            .Api()
            .SignAsync(s_v1 with { Parameters = [("Subject", "a")], Action = "ListCertificates" });
        await RefusedAsync(signed with { Target = signed.Target + "&Subject=a" }, 400, "InvalidParameter");

        var form = await conformance
            .Api()
            .SignAsync(new Draft("ListCertificates", ("Subject", "a")) { Place = "form" });
        await RefusedAsync(form with { Target = "/?Subject=a" }, 400, "InvalidParameter");
    }

    [Theory]
    [InlineData("%FF")]
    [InlineData("%C3%28")]
    [InlineData("%ED%A0%80")]
    public async Task Bytes_that_are_no_UTF8_are_refused(string bytes)
    {
        var signed = await conformance.Api().SignAsync(s_v1);
        var answer = await conformance.Api().SendAsync(signed with { Target = $"{signed.Target}&Subject={bytes}" });
        Assert.Equal(400, answer.Status);
        Assert.NotEmpty(Refusal.FromHttp(answer).Code);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(500)]
    public async Task A_long_request_line_is_read(int kilobytes)
    {
        var draft = s_v1 with { Parameters = [("Filler", new string('x', kilobytes * 1024))] };
        Assert.Equal(200, (await conformance.Api().SendAsync(draft)).Status);
    }

    [Theory]
    [InlineData(520)]
    [InlineData(700)]
    [InlineData(900)]
    public async Task A_longer_request_line_is_refused_in_JSON(int kilobytes)
    {
        var answer = await conformance
            .Api()
            .SendAsync(s_v1 with { Parameters = [("Filler", new string('x', kilobytes * 1024))] });
        CheckTooLarge(answer);
    }

    [Fact]
    public async Task A_body_of_a_megabyte_is_read()
    {
        var draft = s_v3 with { Place = "form", Parameters = [("Filler", new string('x', 1000 * 1024))] };
        Assert.Equal(200, (await conformance.Api().SendAsync(draft)).Status);
    }

    [Theory]
    [InlineData(1100, false)]
    [InlineData(1100, true)]
    [InlineData(1900, false)]
    [InlineData(1900, true)]
    public async Task A_larger_body_is_refused_in_JSON(int kilobytes, bool chunked)
    {
        var signed = await conformance
            .Api()
            .SignAsync(s_v3 with { Place = "form", Parameters = [("Filler", new string('x', kilobytes * 1024))] });
        CheckTooLarge(await conformance.Api().SendAsync(signed with { Chunked = chunked }));
    }

    [Fact]
    public async Task Every_answer_carries_its_request_id_its_type_and_the_CORS_headers()
    {
        var good = await conformance.Api().SendAsync(s_v3);
        var bad = await conformance.Api().SendAsync(new Draft("Nonsense"));
        foreach (var answer in (HttpAnswer[])[good, bad])
        {
            Assert.Equal(
                "application/json;charset=utf-8",
                answer.Headers["content-type"].Replace(" ", "", StringComparison.Ordinal)
            );
            Assert.Equal(answer.Json.Text("RequestId"), answer.Headers["x-acs-request-id"]);
            Assert.Equal("*", answer.Headers["access-control-allow-origin"]);
            Assert.Equal("*", answer.Headers["access-control-expose-headers"]);
        }
        Assert.DoesNotContain("Code", good.Json.Names(), StringComparer.Ordinal);
        Assert.Equal(["Code", "HostId", "HttpStatus", "Message", "Recommend", "RequestId"], bad.Json.Names());
    }

    [Fact]
    public async Task JSON_is_compact_and_spells_its_characters_out()
    {
        var created = await conformance
            .Api()
            .SendAsync(
                new Draft(
                    "CreateCertificate",
                    ("KeySpec", Specs.P256),
                    ("Subject", @"CN=a & b's \<c\> \+ 密钥,OU=b,O=c,C=CN")
                )
            );
        var described = await conformance
            .Api()
            .SendAsync(new Draft("DescribeCertificate", ("CertificateId", created.Json.Text("CertificateId"))));
        Assert.DoesNotContain(@"\u", created.Body + described.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("\": ", described.Body, StringComparison.Ordinal);
        Assert.Contains("a & b's ", described.Body, StringComparison.Ordinal);
        Assert.Contains("密钥", described.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CreateCertificate", "KeySpec")]
    [InlineData("CreateCertificate", "Subject")]
    [InlineData("UploadCertificate", "CertificateId")]
    [InlineData("UploadCertificate", "Certificate")]
    [InlineData("GetCertificate", "CertificateId")]
    [InlineData("DescribeCertificate", "CertificateId")]
    [InlineData("UpdateCertificateStatus", "CertificateId")]
    [InlineData("UpdateCertificateStatus", "Status")]
    [InlineData("DeleteCertificate", "CertificateId")]
    [InlineData("CertificatePrivateKeySign", "CertificateId")]
    [InlineData("CertificatePrivateKeySign", "Algorithm")]
    [InlineData("CertificatePrivateKeySign", "Message")]
    [InlineData("CertificatePublicKeyVerify", "CertificateId")]
    [InlineData("CertificatePublicKeyVerify", "Algorithm")]
    [InlineData("CertificatePublicKeyVerify", "Message")]
    [InlineData("CertificatePublicKeyVerify", "SignatureValue")]
    [InlineData("CertificatePublicKeyEncrypt", "CertificateId")]
    [InlineData("CertificatePublicKeyEncrypt", "Algorithm")]
    [InlineData("CertificatePublicKeyEncrypt", "Plaintext")]
    [InlineData("CertificatePrivateKeyDecrypt", "CertificateId")]
    [InlineData("CertificatePrivateKeyDecrypt", "Algorithm")]
    [InlineData("CertificatePrivateKeyDecrypt", "CiphertextBlob")]
    [InlineData("ImportCertificate", "PKCS12Blob")]
    [InlineData("ImportCertificate", "Passphrase")]
    [InlineData("ExportCertificate", "CertificateId")]
    [InlineData("ExportCertificate", "Passphrase")]
    [InlineData("TagResource", "Tags")]
    [InlineData("UntagResource", "TagKeys")]
    public async Task A_missing_parameter_is_named(string action, string missing)
    {
        var certificate = await HostedCertificate.CreateAsync(conformance.Api(), Specs.P256);
        (string Name, string Value)[] all =
        [
            ("CertificateId", certificate.CertificateId),
            ("KeySpec", Specs.P256),
            ("Subject", HostedCertificate.SubjectOf("missing")),
            ("Certificate", "x"),
            ("Status", "ACTIVE"),
            ("Algorithm", action.EndsWith("crypt", StringComparison.Ordinal) ? "RSAES_OAEP_SHA_1" : "ECDSA_SHA_256"),
            ("Message", "MTIzNA=="),
            ("SignatureValue", "MTIzNA=="),
            ("Plaintext", "MTIzNA=="),
            ("CiphertextBlob", "MTIzNA=="),
            ("PKCS12Blob", "MTIzNA=="),
            ("Passphrase", "correct-horse-9"),
            ("Tags", """[{"TagKey":"a","TagValue":"b"}]"""),
            ("TagKeys", """["a"]"""),
        ];
        (string Name, string Value)[] rest =
        [
            .. all.Where(one => !string.Equals(one.Name, missing, StringComparison.Ordinal)),
        ];
        var refusal = await conformance.Api().RefusedAsync(400, "MissingParameter", action, rest);
        Assert.Equal($"The parameter \"{missing}\" is needed but not provided.", refusal.Message);
        await conformance.Api().RefusedAsync(400, "MissingParameter", action, [.. rest, (missing, "")]);
    }

    [Theory]
    [InlineData("00000000-0000-4000-8000-000000000000")]
    [InlineData("nonsense")]
    [InlineData("' OR 1=1 --")]
    public async Task An_unknown_certificate_is_not_found(string certificateId)
    {
        var answer = await conformance
            .Api()
            .SendAsync(new Draft("DescribeCertificate", ("CertificateId", certificateId)));
        var refusal = Refusal.FromHttp(answer);
        // A text that can be no id at all may also be called what it is.
        Assert.Contains(refusal.Code, (string[])["Certificate.NotFound", "InvalidParameter"], StringComparer.Ordinal);
        if (refusal.Code is "Certificate.NotFound")
        {
            Assert.Equal(404, answer.Status);
            Assert.StartsWith("The specified certificate is not found.", refusal.Message, StringComparison.Ordinal);
        }
    }

    private static void CheckTooLarge(HttpAnswer answer)
    {
        Assert.InRange(answer.Status, 400, 431);
        var refusal = Refusal.FromHttp(answer);
        Assert.NotEmpty(refusal.Code);
        Assert.NotEmpty(refusal.Message);
        Assert.NotEmpty(refusal.RequestId);
    }

    private async Task<Refusal> RefusedAsync(Draft draft, int status, string code) =>
        await RefusedAsync(await conformance.Api().SignAsync(draft), status, code);

    private async Task<Refusal> RefusedAsync(SignedRequest request, int status, string code)
    {
        var answer = await conformance.Api().SendAsync(request);
        var refusal = Refusal.FromHttp(answer);
        Assert.True(
            answer.Status == status && string.Equals(refusal.Code, code, StringComparison.Ordinal),
            $"expected {status} {code}, got {answer.Status}: {answer.Body}"
        );
        return refusal;
    }
}
