using Keyhold.Protocol.Signing;

namespace Keyhold.Protocol.Tests.Signing;

public sealed class SignatureV3RulesTests
{
    [Fact]
    public void The_hand_made_request_verifies() =>
        Requests.Verify(Requests.SignedV3(Requests.V3Headers(), "/?A=1", "A=1"));

    [Theory]
    [InlineData("ACS3-HMAC-SHA256 Credential={0},Signature={2},SignedHeaders={1}")]
    [InlineData("ACS3-HMAC-SHA256 SignedHeaders={1}, Signature={2}, Credential={0}")]
    [InlineData("ACS3-HMAC-SHA256   Credential={0} , SignedHeaders={1} ,Signature={2} ")]
    public void The_parts_of_Authorization_come_in_any_order_with_blanks_after_commas(string authorization) =>
        Requests.Verify(Requests.SignedV3(Requests.V3Headers(), "/", "", authorization: authorization));

    [Theory]
    [InlineData("ACS3-HMAC-SHA256", "IncompleteSignature")]
    [InlineData("ACS3-HMAC-SHA256 ", "IncompleteSignature")]
    [InlineData("ACS3-HMAC-SHA256 Credential={0},SignedHeaders={1}", "IncompleteSignature")]
    [InlineData("ACS3-HMAC-SHA256 Credential={0},Signature={2}", "IncompleteSignature")]
    [InlineData("ACS3-HMAC-SHA256 SignedHeaders={1},Signature={2}", "IncompleteSignature")]
    [InlineData("ACS3-HMAC-SHA256 Credential=,SignedHeaders={1},Signature={2}", "MissingAccessKeyId")]
    [InlineData("ACS3-HMAC-SHA256 Credential={0},SignedHeaders={1},Signature=xyz", "IncompleteSignature")]
    [InlineData("ACS3-HMAC-SHA256 Credential={0},SignedHeaders={1},Signature=", "SignatureDoesNotMatch")]
    [InlineData("ACS3-HMAC-SHA256 Credential={0},SignedHeaders={1},Signature={2}00", "SignatureDoesNotMatch")]
    [InlineData("ACS3-HMAC-SHA256 Credential={0},SignedHeaders={1},Signature={2},More=1", "IncompleteSignature")]
    [InlineData(
        "ACS3-HMAC-SHA256 Credential={0},Credential={0},SignedHeaders={1},Signature={2}",
        "IncompleteSignature"
    )]
    [InlineData("ACS3-HMAC-SHA256 Credential={0},SignedHeaders={1};missing,Signature={2}", "IncompleteSignature")]
    [InlineData("ACS3-HMAC-SHA256 Credential={0},SignedHeaders={1};host,Signature={2}", "IncompleteSignature")]
    [InlineData("ACS3-HMAC-SHA256 Credential={0},SignedHeaders=,Signature={2}", "IncompleteSignature")]
    [InlineData("ACS3-HMAC-SHA256 Credential={0},SignedHeaders=host,Signature={2}", "IncompleteSignature")]
    [InlineData("ACS3-HMAC-MD5 Credential={0},SignedHeaders={1},Signature={2}", "InvalidSignatureMethod")]
    [InlineData("ACS3-RSA-SHA256 Credential={0},SignedHeaders={1},Signature={2}", "InvalidSignatureMethod")]
    [InlineData("ACS4-HMAC-SHA256 Credential={0},SignedHeaders={1},Signature={2}", "InvalidSignatureMethod")]
    [InlineData("acs3-hmac-sha256 Credential={0},SignedHeaders={1},Signature={2}", "MissingAccessKeyId")]
    [InlineData("Bearer abc", "MissingAccessKeyId")]
    public void A_malformed_Authorization_is_refused(string authorization, string code) =>
        Requests.Refused(Requests.SignedV3(Requests.V3Headers(), "/", "", authorization: authorization), code);

    [Theory]
    [InlineData("x-acs-date", "IllegalTimestamp")]
    [InlineData("x-acs-signature-nonce", "MissingSignatureNonce")]
    [InlineData("x-acs-action", "MissingAction")]
    [InlineData("x-acs-version", "MissingVersion")]
    public void A_required_header_that_is_missing_has_its_own_error(string name, string code)
    {
        var headers = Requests.V3Headers();
        headers.RemoveAll(header => string.Equals(header.Key, name, StringComparison.Ordinal));

        Requests.Refused(Requests.SignedV3(headers, "/", ""), code);
    }

    [Fact]
    public void Without_a_content_hash_the_body_would_be_unsigned()
    {
        var wire = Requests.V3();
        wire = wire.WithoutHeader("x-acs-content-sha256")
            .WithHeader(
                "Authorization",
                wire.Header("Authorization")!.Replace("x-acs-content-sha256;", "", StringComparison.Ordinal)
            );

        Requests.Refused(wire, "IncompleteSignature");
    }

    [Fact]
    public void Host_need_not_be_signed()
    {
        var headers = Requests.V3Headers();
        headers.RemoveAll(header => header.Key is "host");

        Requests.Verify(Requests.SignedV3(headers, "/", ""));
    }

    [Fact]
    public void Several_values_of_a_signed_header_are_sorted_and_joined()
    {
        var headers = Requests.V3Headers();
        headers.Add(new("accept", "b"));
        headers.Add(new("accept", "a"));

        Requests.Verify(Requests.SignedV3(headers, "/", ""));
    }

    [Theory]
    [InlineData("x-acs-action")]
    [InlineData("x-acs-date")]
    [InlineData("x-acs-signature-nonce")]
    [InlineData("x-acs-content-sha256")]
    public void A_header_that_the_server_obeys_may_come_once_only(string name)
    {
        var wire = Requests.SignedV3(Requests.V3Headers(), "/", "");

        Requests.Refused(
            wire with
            {
                Headers = [.. wire.Headers, new(name.ToUpperInvariant(), wire.Header(name)!)],
            },
            "IncompleteSignature"
        );
    }

    [Fact]
    public void Action_may_be_a_parameter_instead_or_the_same_in_both()
    {
        var headers = Requests.V3Headers();
        Requests.Verify(Requests.SignedV3(headers, "/?Action=DescribeRegions", "Action=DescribeRegions"));
        headers.RemoveAll(header => header.Key is "x-acs-action");

        var request = Requests.Verify(Requests.SignedV3(headers, "/?Action=DescribeRegions", "Action=DescribeRegions"));

        Assert.Equal("DescribeRegions", request.Action);
    }

    [Fact]
    public void Two_different_actions_are_refused_with_both_named()
    {
        var refusal = Requests.Refused(
            Requests.SignedV3(Requests.V3Headers(), "/?Action=DeleteCertificate", "Action=DeleteCertificate"),
            "InvalidParameter"
        );

        Assert.Contains("DeleteCertificate", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("DescribeRegions", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/?AccessKeyId=other", "AccessKeyId=other", false)]
    [InlineData("/", "", true)]
    public void Two_different_access_keys_are_refused(string target, string query, bool inHeader)
    {
        var headers = Requests.V3Headers();
        if (inHeader)
        {
            headers.Add(new("x-acs-accesskey-id", "other"));
        }

        Requests.Refused(Requests.SignedV3(headers, target, query), "IncompleteSignature");
    }

    [Fact]
    public void Names_may_be_left_unencoded_in_the_canonical_query() =>
        Requests.Verify(Requests.SignedV3(Requests.V3Headers(), "/?%233%23foo=a%20b", "#3#foo=a%20b"));

    [Theory]
    // Signed: A and B. Sent: one parameter whose plain name spells both.
    [InlineData("/?A%3D1%26B=2", "A=1&B=2")]
    // Signed: "#foo", encoded. Sent: a name that reads like the encoding.
    [InlineData("/?%2523foo=1", "%23foo=1")]
    public void Unencoded_names_never_pass_for_other_parameters(string target, string signedQuery) =>
        Requests.Refused(Requests.SignedV3(Requests.V3Headers(), target, signedQuery), "SignatureDoesNotMatch");

    [Fact]
    public void A_JSON_body_gives_parameters()
    {
        var headers = Requests.V3Headers();
        headers.Add(new("content-type", "application/json; charset=utf-8"));

        var request = Requests.Verify(
            Requests.SignedV3(headers, "/", "", """{"Text":"a\"b 中","Flag":false,"Number":12,"Nothing":null}""")
        );

        Assert.Equal("a\"b 中", request.Parameters.Required("Text"));
        Assert.False(request.Parameters.Boolean("Flag", otherwise: true));
        Assert.Equal(12, request.Parameters.Integer("Number", 0, 0, 99));
        Assert.Null(request.Parameters.Optional("Nothing"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("12")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":{}}")]
    [InlineData("{\"a\":[1]}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\":\"x\"}")]
    public void A_JSON_body_of_another_shape_is_refused(string body)
    {
        var headers = Requests.V3Headers();
        headers.Add(new("content-type", "application/json"));

        Requests.Refused(Requests.SignedV3(headers, "/", "", body), "ParseRequestParameterException");
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("{\"B\":1}")]
    public void A_name_given_twice_in_JSON_or_JSON_and_query_is_refused(string body)
    {
        var headers = Requests.V3Headers();
        headers.Add(new("content-type", "application/json"));

        Requests.Refused(Requests.SignedV3(headers, "/?B=1", "B=1", body), "InvalidParameter");
    }

    [Theory]
    [InlineData("{\"A\":\"1\"}", "application/x-www-form-urlencoded")]
    [InlineData(" \r\n{\"A\":\"1\"}", "application/x-www-form-urlencoded")]
    [InlineData("A=1", "application/json")]
    [InlineData("A=1", "text/plain")]
    public void A_relabelled_body_loses_no_parameters_in_silence(string body, string contentType) =>
        Requests.Refused(
            Requests.SignedV3(Requests.V3Headers(), "/", "", body).WithHeader("content-type", contentType),
            "ParseRequestParameterException"
        );

    [Fact]
    public void A_form_body_without_its_type_is_refused() =>
        Requests.Refused(Requests.SignedV3(Requests.V3Headers(), "/", "", "A=1"), "ParseRequestParameterException");

    [Fact]
    public void SM3_is_unknown_until_the_host_registers_it()
    {
        var vector = SignatureVector.Get("v3-12-sm3");
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(vector.SignedAt);
        var verifier = new SignatureVerifier(clock, new ReplayWindow(clock), []);

        var refusal = Assert.Throws<ApiException>(() => verifier.CheckForm(vector.Request.Parse()));

        Assert.Equal("InvalidSignatureMethod", refusal.Error.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void A_hash_of_another_size_cannot_be_registered(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new HashFunction("X", size, static (_, _) => { }, static (_, _, _) => { })
        );

    [Fact]
    public void More_signed_headers_than_the_limit_are_refused()
    {
        var headers = Requests.V3Headers();
        headers.AddRange(Enumerable.Range(0, 100).Select(index => new KeyValuePair<string, string>($"h{index}", "1")));

        Requests.Refused(Requests.SignedV3(headers, "/", ""), "IncompleteSignature");
    }

    [Fact]
    public void A_line_break_in_a_signed_header_is_refused()
    {
        var headers = Requests.V3Headers();
        headers.Add(new("accept", "a\nx-acs-action:Other"));

        Requests.Refused(Requests.SignedV3(headers, "/", ""), "IncompleteSignature");
    }

    [Fact]
    public void No_step_of_verification_can_be_skipped()
    {
        var verifier = Requests.Verifier(out _);
        var request = Requests.V3().Parse();

        Assert.Throws<InvalidOperationException>(() => verifier.CheckReplay(request, changesState: false));
        Assert.Throws<InvalidOperationException>(() => verifier.CheckSignature(request, Requests.Secret));
        verifier.CheckForm(request);
        Assert.Throws<InvalidOperationException>(() => verifier.CheckReplay(request, changesState: false));
        Assert.Throws<ApiException>(() => verifier.CheckSignature(request, "wrong"u8));
        Assert.Throws<InvalidOperationException>(() => verifier.CheckReplay(request, changesState: false));
        verifier.CheckSignature(request, Requests.Secret);
        verifier.CheckReplay(request, changesState: false);
    }
}
