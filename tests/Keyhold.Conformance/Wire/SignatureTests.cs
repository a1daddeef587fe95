using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance.Wire;

/// <summary>Signatures: what passes in other spellings, what fails, and with which text.</summary>
public sealed class SignatureTests(ConformanceFixture conformance)
{
    private static readonly Draft s_v1Get = new("DescribeRegions") { Scheme = "V1", Method = "GET" };
    private static readonly Draft s_v1Post = s_v1Get with { Method = "POST", Place = "form" };
    private static readonly Draft s_v3 = new("DescribeRegions");
    private static readonly Draft s_v3Form = s_v3 with { Parameters = [("A", "b")], Place = "form" };

    public static TheoryData<string> Schemes { get; } = ["V1 GET", "V1 POST", "V3 query", "V3 form"];

    [Theory]
    [InlineData("HMAC-SHA1", "GET", "query")]
    [InlineData("HMAC-SHA1", "POST", "query")]
    [InlineData("HMAC-SHA1", "POST", "form")]
    [InlineData("HMAC-SHA256", "GET", "query")]
    [InlineData("HMAC-SHA256", "POST", "query")]
    [InlineData("HMAC-SHA256", "POST", "form")]
    [InlineData("ACS3-HMAC-SHA256", "GET", "query")]
    [InlineData("ACS3-HMAC-SHA256", "POST", "query")]
    [InlineData("ACS3-HMAC-SHA256", "POST", "form")]
    [InlineData("ACS3-HMAC-SM3", "GET", "query")]
    [InlineData("ACS3-HMAC-SM3", "POST", "query")]
    [InlineData("ACS3-HMAC-SM3", "POST", "form")]
    public async Task Every_algorithm_is_accepted_in_every_place(string algorithm, string method, string place)
    {
        var draft = new Draft("ListCertificates", ("Subject", "tricky ~*'()!+%&=/ 密钥\n"), ("Issuer", ""))
        {
            Scheme = algorithm.StartsWith("ACS3", StringComparison.Ordinal) ? "V3" : "V1",
            Algorithm = algorithm,
            Method = method,
            Place = place,
        };
        var signed = await conformance.Api().SignAsync(draft);
        await AcceptedAsync(signed with { Chunked = place is "form" });
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task A_wrong_secret_is_answered_with_the_text_that_old_clients_parse(string scheme)
    {
        var signed = await SignAsync(scheme, draft => draft with { AccessKeySecret = "wrong" });
        var refusal = await RefusedAsync(signed, 400, "SignatureDoesNotMatch");
        var expected = scheme.StartsWith("V1", StringComparison.Ordinal)
            ? $"Specified signature is not matched with our calculation. server string to sign is:{signed.StringToSign}"
            : $"Specified signature does not match our calculation. server StringToSign is [{signed.StringToSign}]";
        Assert.StartsWith(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Road.PopCoreGet, "SignatureDoesNotMatch")]
    [InlineData(Road.PopCorePost, "SignatureDoesNotMatch")]
    [InlineData(Road.KmsQuery, "SignatureDoesNotMatchError")]
    [InlineData(Road.KmsBody, "SignatureDoesNotMatchError")]
    public async Task Official_clients_name_a_wrong_secret(string road, string clientCode)
    {
        var api = new Api(conformance.Node, conformance.Server.Host, road, accessKeySecret: "wrong");
        var refusal = await api.RefusedAsync(400, "SignatureDoesNotMatch", "DescribeRegions");
        Assert.Equal(clientCode, refusal.ClientCode);
        Assert.Contains("server string to sign is:", refusal.ClientMessage, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task A_parameter_changed_after_signing_is_refused(string scheme)
    {
        var signed = await SignAsync(scheme);
        await RefusedAsync(
            Edited(signed, text => text + "&PageSize=7"),
            400,
            "SignatureDoesNotMatch",
            "IncompleteSignature"
        );
    }

    [Theory]
    [InlineData("V1 GET", "POST")]
    [InlineData("V3 query", "GET")]
    public async Task Another_method_than_the_signed_one_is_refused(string scheme, string method) =>
        await RefusedAsync(await SignAsync(scheme) with { Method = method }, 400, "SignatureDoesNotMatch");

    [Fact]
    public async Task V1_passes_however_the_parameters_are_spelled()
    {
        var draft = s_v1Get with
        {
            Parameters = [("Subject", "a b/c"), ("Issuer", "x y")],
            Action = "ListCertificates",
        };
        foreach (
            var edit in (Func<string, string>[])
                [
                    text => text.Replace("%20", "+", StringComparison.Ordinal),
                    text =>
                        text.Replace("%2F", "%2f", StringComparison.Ordinal)
                            .Replace("%3A", "%3a", StringComparison.Ordinal),
                    text => string.Join('&', text.Split('&').Reverse()),
                    text => text.Replace("Subject", "%53ubject", StringComparison.Ordinal),
                    text => text + "&SecurityTokenLikeThing=",
                ]
        )
            await AcceptedAsync(Edited(await conformance.Api().SignAsync(draft), edit));
    }

    [Fact]
    public async Task V3_passes_however_the_parameters_are_spelled()
    {
        var draft = s_v3 with { Parameters = [("Subject", "a b/c"), ("Issuer", "x y")], Action = "ListCertificates" };
        foreach (
            var edit in (Func<string, string>[])
                [
                    text => text.Replace("%20", "+", StringComparison.Ordinal),
                    text => text.Replace("%2F", "%2f", StringComparison.Ordinal),
                    text => string.Join('&', text.Split('&').Reverse()),
                ]
        )
            await AcceptedAsync(Edited(await conformance.Api().SignAsync(draft), edit));
    }

    [Fact]
    public async Task V3_takes_the_parts_of_Authorization_in_any_order()
    {
        var signed = await SignAsync("V3 query");
        var parts = signed.Headers["authorization"].Split(' ', 2);
        var reordered = string.Join(", ", parts[1].Split(',').Reverse());
        await AcceptedAsync(WithHeader(signed, "authorization", $"{parts[0]} {reordered}"));
    }

    [Fact]
    public async Task V1_does_not_care_about_the_host_but_V3_does()
    {
        await AcceptedAsync(WithHeader(await SignAsync("V1 GET"), "host", "kms.example.com"));
        await RefusedAsync(
            WithHeader(await SignAsync("V3 query"), "host", "kms.example.com"),
            400,
            "SignatureDoesNotMatch"
        );
    }

    [Fact]
    public async Task V3_refuses_a_body_that_is_not_the_hashed_one()
    {
        var signed = await SignAsync("V3 form");
        await RefusedAsync(signed with { Body = "A=c" }, 400, "SignatureDoesNotMatch", "IncompleteSignature");
    }

    [Theory]
    [InlineData("x-acs-credentials-provider", "static_ak")]
    [InlineData("x-acs-something-new", "1")]
    public async Task V3_refuses_an_unsigned_acs_header(string name, string value) =>
        await RefusedAsync(WithHeader(await SignAsync("V3 query"), name, value), 400, "IncompleteSignature");

    [Theory]
    [InlineData("x-acs-date", "2020-01-01T00:00:00Z")]
    [InlineData("x-acs-signature-nonce", "another")]
    [InlineData("x-acs-action", "ListCertificates")]
    public async Task V3_refuses_a_changed_header(string name, string value) =>
        await RefusedAsync(
            WithHeader(await SignAsync("V3 query"), name, value),
            400,
            "SignatureDoesNotMatch",
            "InvalidTimeStamp.Expired"
        );

    [Theory]
    [InlineData("ACS3-HMAC-SHA256")]
    [InlineData("ACS3-HMAC-SHA256 Credential=x")]
    [InlineData("ACS3-HMAC-SHA256 Credential=x,SignedHeaders=host,Signature=zz")]
    [InlineData("ACS3-RSA-SHA256 Credential=x,SignedHeaders=host,Signature=00")]
    [InlineData("ACS3-HMAC-MD5 Credential=x,SignedHeaders=host,Signature=00")]
    [InlineData("ACS4-HMAC-SHA256 Credential=x,SignedHeaders=host,Signature=00")]
    [InlineData("Basic eDp5")]
    [InlineData("Bearer token")]
    public async Task A_strange_Authorization_is_refused(string authorization)
    {
        var answer = await conformance
            .Api()
            .SendAsync(WithHeader(await SignAsync("V3 query"), "authorization", authorization));
        Assert.InRange(answer.Status, 400, 404);
        Assert.NotEmpty(Refusal.FromHttp(answer).Code);
    }

    [Fact]
    public async Task A_request_without_any_signature_is_refused()
    {
        var signed = await SignAsync("V3 query");
        var answer = await conformance
            .Api()
            .SendAsync(signed with { Headers = signed.Headers.Remove("authorization") });
        Assert.Equal(400, answer.Status);
        Assert.Contains(
            Refusal.FromHttp(answer).Code,
            (string[])["MissingAccessKeyId", "IncompleteSignature"],
            StringComparer.Ordinal
        );
    }

    [Fact]
    public async Task An_unknown_signature_method_is_refused()
    {
        var draft = s_v1Get with { Common = [("SignatureMethod", "HMAC-MD5")] };
        await RefusedAsync(await conformance.Api().SignAsync(draft), 400, "InvalidSignatureMethod");
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task An_unknown_access_key_is_refused(string scheme)
    {
        var signed = await SignAsync(scheme, draft => draft with { AccessKeyId = "LTAINobody" });
        var refusal = await RefusedAsync(signed, 404, "InvalidAccessKeyId.NotFound");
        Assert.Equal("The Access Key ID provided does not exist in our records.", refusal.Message);
    }

    [Fact]
    public async Task A_disabled_access_key_is_refused_and_works_again_when_enabled()
    {
        var api = conformance.Api();
        var created = (await api.CallAsync("CreateAccessKey")).GetProperty("AccessKey");
        var accessKeyId = created.Text("AccessKeyId");
        var theirs = new Api(
            conformance.Node,
            conformance.Server.Host,
            Road.PopCoreGet,
            accessKeyId,
            created.Text("AccessKeySecret")
        );
        await theirs.CallAsync("DescribeRegions");

        await api.CallAsync("UpdateAccessKey", ("UserAccessKeyId", accessKeyId), ("Status", "Inactive"));
        await theirs.RefusedAsync(403, "Forbidden.AccessKey", "DescribeRegions");
        await api.CallAsync("UpdateAccessKey", ("UserAccessKeyId", accessKeyId), ("Status", "Active"));
        await theirs.CallAsync("DescribeRegions");
        await api.CallAsync("DeleteAccessKey", ("UserAccessKeyId", accessKeyId));
        await theirs.RefusedAsync(404, "InvalidAccessKeyId.NotFound", "DescribeRegions");
    }

    [Fact]
    public async Task A_private_key_is_not_echoed_in_the_string_to_sign()
    {
        const string Secret = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg";
        var draft = new Draft(
            "UploadCertificate",
            ("CertificateId", "x"),
            ("Certificate", $"-----BEGIN PRIVATE KEY-----\n{Secret}\n-----END PRIVATE KEY-----\n")
        )
        {
            Scheme = "V1",
            Place = "form",
            AccessKeySecret = "wrong",
        };
        var answer = await conformance.Api().SendAsync(draft);
        Assert.Equal("SignatureDoesNotMatch", Refusal.FromHttp(answer).Code);
        Assert.DoesNotContain(Secret, answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, conformance.Server.Output, StringComparison.Ordinal);
    }

    private Task<SignedRequest> SignAsync(string scheme, Func<Draft, Draft>? change = null)
    {
        var draft = scheme switch
        {
            "V1 GET" => s_v1Get,
            "V1 POST" => s_v1Post,
            "V3 query" => s_v3,
            _ => s_v3Form,
        };
        return conformance.Api().SignAsync(change is null ? draft : change(draft));
    }

    private async Task AcceptedAsync(SignedRequest request)
    {
        var answer = await conformance.Api().SendAsync(request);
        Assert.True(answer.Status == 200, answer.Body);
    }

    private async Task<Refusal> RefusedAsync(SignedRequest request, int status, params string[] codes)
    {
        var answer = await conformance.Api().SendAsync(request);
        var refusal = Refusal.FromHttp(answer);
        Assert.Contains(refusal.Code, codes, StringComparer.Ordinal);
        Assert.Equal(status, answer.Status);
        return refusal;
    }

    private static SignedRequest Edited(SignedRequest request, Func<string, string> edit) =>
        request.Body.Length > 0
            ? request with
            {
                Body = edit(request.Body),
            }
            : request with
            {
                Target = "/?" + edit(request.Target[2..]),
            };

    private static SignedRequest WithHeader(SignedRequest request, string name, string value) =>
        request with
        {
            Headers = request.Headers.SetItem(name, value),
        };
}
