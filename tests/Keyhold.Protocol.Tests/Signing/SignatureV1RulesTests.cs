namespace Keyhold.Protocol.Tests.Signing;

public sealed class SignatureV1RulesTests
{
    private const string Canonical =
        "AccessKeyId=LTAI5tTest&Action=DescribeRegions&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0"
        + "&Timestamp=2026-11-24T02%3A07%3A58Z&Version=2016-01-20";

    [Fact]
    public void A_request_without_nonce_verifies() => Requests.Verify(Requests.V1WithCanonicalQuery(Canonical));

    [Fact]
    public void Empty_values_may_be_sent_and_left_out_of_the_string_to_sign()
    {
        var wire = Requests.V1WithCanonicalQuery(Canonical);

        Requests.Verify(wire.WithQuery("Empty=&" + wire.Query + "&Nothing"));
    }

    [Fact]
    public void Fractions_of_a_second_are_tolerated() =>
        Requests.Verify(Requests.V1WithCanonicalQuery(Canonical.Replace("58Z", "58.273Z", StringComparison.Ordinal)));

    [Theory]
    [InlineData("Action=DescribeRegions&", "", "MissingAction")]
    [InlineData("Action=DescribeRegions", "Action=", "MissingAction")]
    [InlineData("&Version=2016-01-20", "", "MissingVersion")]
    [InlineData("AccessKeyId=LTAI5tTest&", "", "MissingAccessKeyId")]
    [InlineData("SignatureMethod=HMAC-SHA1&", "", "InvalidSignatureMethod")]
    [InlineData("HMAC-SHA1", "HMAC-MD5", "InvalidSignatureMethod")]
    [InlineData("HMAC-SHA1", "hmac-sha1", "InvalidSignatureMethod")]
    [InlineData("SignatureVersion=1.0", "SignatureVersion=2.0", "IncompleteSignature")]
    [InlineData("SignatureVersion=1.0&", "", "IncompleteSignature")]
    [InlineData("SignatureVersion", "SignatureType=BEARERTOKEN&SignatureVersion", "InvalidSignatureMethod")]
    [InlineData("SignatureVersion", "SignatureType=PRIVATEKEY&SignatureVersion", "InvalidSignatureMethod")]
    [InlineData("HMAC-SHA1", "SHA256withRSA", "InvalidSignatureMethod")]
    [InlineData("&Timestamp=2026-11-24T02%3A07%3A58Z", "", "IllegalTimestamp")]
    [InlineData("2026-11-24T02%3A07%3A58Z", "", "IllegalTimestamp")]
    [InlineData("2026-11-24T02%3A07%3A58Z", "2026-11-24T02%3A07%3A58", "InvalidTimeStamp.Format")]
    [InlineData("2026-11-24T02%3A07%3A58Z", "2026-11-24T02%3A07%3A60Z", "InvalidTimeStamp.Format")]
    [InlineData("2026-11-24T02%3A07%3A58Z", "2026-02-30T02%3A07%3A58Z", "InvalidTimeStamp.Format")]
    [InlineData("2026-11-24T02%3A07%3A58Z", "2026-11-24T02%3A07%3A58.Z", "InvalidTimeStamp.Format")]
    [InlineData("2026-11-24T02%3A07%3A58Z", "2026-11-24T02%3A07%3A58%2B00%3A00", "InvalidTimeStamp.Format")]
    [InlineData("2026-11-24T02%3A07%3A58Z", "1764000000", "InvalidTimeStamp.Format")]
    [InlineData("2026-11-24T02%3A07%3A58Z", "0000-00-00T00%3A00%3A00Z", "InvalidTimeStamp.Format")]
    [InlineData("2026-11-24T02%3A07%3A58Z", "2026-11-24T01%3A52%3A57Z", "InvalidTimeStamp.Expired")]
    [InlineData("2026-11-24T02%3A07%3A58Z", "2026-11-24T02%3A22%3A59Z", "InvalidTimeStamp.Expired")]
    [InlineData("2026-11-24T02%3A07%3A58Z", "2026-11-24T02%3A22%3A58.0000001Z", "InvalidTimeStamp.Expired")]
    public void Each_wrong_common_parameter_has_its_own_error(string right, string wrong, string code)
    {
        Assert.Contains(right, Canonical, StringComparison.Ordinal);

        Requests.Refused(
            Requests.V1WithCanonicalQuery(Canonical.Replace(right, wrong, StringComparison.Ordinal)),
            code
        );
    }

    [Fact]
    public void The_x_acs_action_header_alone_is_not_signed_and_not_enough()
    {
        var wire = Requests
            .V1WithCanonicalQuery(Canonical.Replace("Action=DescribeRegions&", "", StringComparison.Ordinal))
            .WithHeader("x-acs-action", "DescribeRegions");

        var refusal = Requests.Refused(wire, "MissingAction");

        Assert.Contains("x-acs-action is not signed", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_different_x_acs_action_header_means_nothing()
    {
        var wire = Requests.V1WithCanonicalQuery(Canonical).WithHeader("x-acs-action", "DeleteCertificate");

        Assert.Equal("DescribeRegions", Requests.Verify(wire).Action);
    }

    [Theory]
    [InlineData("Signature=%21")]
    [InlineData("Signature=abc")]
    [InlineData("Signature=")]
    [InlineData("NotTheSignature=1")]
    public void A_signature_that_is_none_is_incomplete(string signature) =>
        Requests.Refused(Requests.V1().WithQuery(Canonical + "&" + signature), "IncompleteSignature");

    [Fact]
    public void An_expired_timestamp_names_both_clocks_and_the_tolerance()
    {
        var refusal = Requests.Refused(
            Requests.V1WithCanonicalQuery(Canonical.Replace("T02", "T05", StringComparison.Ordinal)),
            "InvalidTimeStamp.Expired"
        );

        Assert.StartsWith("Specified time stamp or date value is expired.", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("2026-11-24T05:07:58Z", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("2026-11-24T02:07:58Z", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("15 minutes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_key_is_not_echoed_in_the_string_to_sign()
    {
        const string key =
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADANBgkq+hkiG9w0\nBAQEFAASC\n-----END RSA PRIVATE KEY-----\n";
        var wire = Requests.V1([new("Certificate", key), new("CertificateId", "after")]);

        var refusal = Requests.Refused(wire.WithQuery(wire.Query + "&Wrong=1"), "SignatureDoesNotMatch");

        Assert.DoesNotContain("MIIEvQ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("BAQEFAASC", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("CertificateId%3Dafter", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_echoed_string_to_sign_is_cut_where_it_would_cost_more_than_the_request()
    {
        var wire = Requests.V1([new("Secret", new string('%', 150_000))]);

        var refusal = Requests.Refused(wire.WithQuery(wire.Query + "&Wrong=1"), "SignatureDoesNotMatch");

        Assert.EndsWith("... (cut)", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(refusal.Message.Length, 256 * 1024, (256 * 1024) + 200);
    }

    [Fact]
    public void A_body_that_is_no_form_is_refused_since_V1_would_not_sign_it() =>
        Requests.Refused(
            Requests
                .V1WithCanonicalQuery(Canonical)
                .WithForm("{\"KeyId\":\"x\"}")
                .WithHeader("Content-Type", "application/json"),
            "ParseRequestParameterException"
        );

    [Fact]
    public void Without_a_nonce_a_change_of_state_is_refused_the_second_time_and_a_read_is_not()
    {
        var wire = Requests.V1WithCanonicalQuery(Canonical);
        var verifier = Requests.Verifier(out _);

        Requests.Verify(wire, verifier, changesState: false);
        Requests.Verify(wire, verifier, changesState: false);
        Requests.Verify(wire, verifier, changesState: true);
        foreach (var again in new[] { wire, wire.WithQuery("SignatureNonce=&" + wire.Query) })
        {
            var refusal = Assert.Throws<ApiException>(() => Requests.Verify(again, verifier, changesState: true));
            Assert.Equal("SignatureNonceUsed", refusal.Error.Code);
        }
    }

    [Fact]
    public void A_wrong_signature_does_not_use_up_the_nonce()
    {
        var wire = Requests.V1(nonce: "once");
        var verifier = Requests.Verifier(out _);

        Assert.Throws<ApiException>(() => Requests.Verify(wire.WithQuery(wire.Query + "&A=1"), verifier));

        Requests.Verify(wire, verifier);
    }
}
