using System.Text;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Tests.Signing;

namespace Keyhold.Protocol.Tests.Rpc;

public sealed class RpcRequestTests
{
    private const string FormType = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData("A=x+y%2Bz%2b", "x y+z+")]
    [InlineData("A=%E4%B8%AD%e4%b8%ad", "中中")]
    [InlineData("A=a=b==", "a=b==")]
    [InlineData("A", null)]
    [InlineData("A=", null)]
    [InlineData("&&A=1&", "1")]
    [InlineData("%41=1", "1")]
    [InlineData("A=%00%0A%F0%9F%98%80", "\0\n😀")]
    [InlineData("a=1&B=2", null)]
    public void Decodes_parameters(string query, string? expected)
    {
        var wire = Requests.V1();

        var request = wire.WithQuery(wire.Query + "&" + query).Parse();

        Assert.Equal(expected, request.Parameters.Optional("A"));
    }

    [Theory]
    [InlineData("A=%", "at byte 0 of the value of A")]
    [InlineData("A=12%4", "at byte 2 of the value of A")]
    [InlineData("A=%4G", "'%'")]
    [InlineData("A=%%41", "'%'")]
    [InlineData("A=100%", "%25")]
    [InlineData("%zz=1", "a parameter's name")]
    [InlineData("A=%FF", "UTF-8")]
    [InlineData("A=%C0%80", "UTF-8")]
    [InlineData("A=%ED%A0%80", "UTF-8")]
    [InlineData("%FF=1", "UTF-8")]
    [InlineData("=1", "no name")]
    [InlineData("A=中", "outside ASCII")]
    public void Refuses_what_cannot_be_decoded_and_says_why(string query, string reason)
    {
        var wire = Requests.V1();

        var refusal = Assert.Throws<ApiException>(() => wire.WithQuery(wire.Query + "&" + query).Parse());

        Assert.Equal("ParseRequestParameterException", refusal.Error.Code);
        Assert.Equal(400, refusal.Error.HttpStatus);
        Assert.StartsWith("Server parse parameters exception.", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_bytes_in_a_form_that_are_not_UTF8()
    {
        var wire = Requests.V1(inBody: true);

        Assert.Throws<ApiException>(() => (wire with { Body = [.. wire.Body, .. "&A="u8, 0xFF] }).Parse());
    }

    [Theory]
    [InlineData("A=1&A=1", "")]
    [InlineData("A=1&%41=2", "")]
    [InlineData("A=1", "A=2")]
    [InlineData("", "A=&A=")]
    [InlineData("Action=DeleteCertificate", "")]
    [InlineData("", "Signature=x")]
    public void Refuses_a_name_given_twice_in_query_and_body_together(string query, string form)
    {
        var wire = Requests.V1();

        var refusal = Assert.Throws<ApiException>(() =>
            wire.WithQuery(wire.Query + "&" + query).WithHeader("Content-Type", FormType).WithForm(form).Parse()
        );

        Assert.Equal("InvalidParameter", refusal.Error.Code);
        Assert.StartsWith("The specified parameter is not valid. ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("more than once", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_differ_in_case_are_different()
    {
        var wire = Requests.V1();

        var request = wire.WithQuery(wire.Query + "&A=1&a=2").Parse();

        Assert.Equal("1", request.Parameters.Required("A"));
        Assert.Equal("2", request.Parameters.Required("a"));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("get")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("")]
    public void Refuses_methods_other_than_GET_and_POST(string method)
    {
        var refusal = Assert.Throws<ApiException>(() => (Requests.V1() with { Method = method }).Parse());

        Assert.Equal("UnsupportedHTTPMethod", refusal.Error.Code);
        Assert.Equal(403, refusal.Error.HttpStatus);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("/api")]
    [InlineData("//")]
    [InlineData("http://kms.test/api")]
    [InlineData("ftp://kms.test/")]
    public void Refuses_other_paths(string path)
    {
        var wire = Requests.V1();

        var refusal = Assert.Throws<ApiException>(() => (wire with { Target = path + "?" + wire.Query }).Parse());

        Assert.Equal("InvalidAction.NotFound", refusal.Error.Code);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("http://kms.test/")]
    [InlineData("https://kms.test")]
    public void Reads_the_target_in_origin_and_in_absolute_form(string path)
    {
        var wire = Requests.V1();

        Assert.Equal(wire.Parse().Action, (wire with { Target = path + "?" + wire.Query }).Parse().Action);
    }

    [Fact]
    public void Takes_everything_up_to_the_limits_and_refuses_a_byte_more()
    {
        var wire = Requests.V1();
        var form = wire.WithHeader("Content-Type", FormType);
        var fill = RequestLimits.MaxTargetBytes - wire.Target.Length - "&A=".Length;

        wire.WithQuery(wire.Query + "&A=" + new string('x', fill)).Parse();
        form.WithForm("A=" + new string('x', RequestLimits.MaxBodyBytes - 2)).Parse();

        AssertTooLarge(wire.WithQuery(wire.Query + "&A=" + new string('x', fill + 1)));
        AssertTooLarge(form.WithForm("A=" + new string('x', RequestLimits.MaxBodyBytes - 1)));
    }

    [Fact]
    public void Refuses_more_parameters_than_the_limit()
    {
        var wire = Requests.V1();
        var common = wire.Query.Split('&').Length;
        string Filled(int count) =>
            wire.Query + "&" + string.Join('&', Enumerable.Range(0, count).Select(index => $"P{index}=1"));

        wire.WithQuery(Filled(RequestLimits.MaxParameters - common)).Parse();

        AssertTooLarge(wire.WithQuery(Filled(RequestLimits.MaxParameters - common + 1)));
    }

    [Theory]
    [InlineData("JSON", AnswerFormat.Json)]
    [InlineData("json", AnswerFormat.Json)]
    [InlineData("XML", AnswerFormat.Xml)]
    [InlineData("xMl", AnswerFormat.Xml)]
    [InlineData("", AnswerFormat.Json)]
    public void Reads_Format_in_any_case(string format, AnswerFormat expected)
    {
        var wire = Requests.V3().WithQuery("Format=" + format);

        Assert.Equal(expected, wire.Parse().Format);
    }

    [Theory]
    [InlineData("YAML")]
    [InlineData("J%C5%BFON")]
    public void Refuses_other_formats(string format)
    {
        var refusal = Assert.Throws<ApiException>(() => Requests.V3().WithQuery("Format=" + format).Parse());

        Assert.Equal("InvalidParameter.Format", refusal.Error.Code);
    }

    [Theory]
    [InlineData("/?Format=XML&A=%", "", AnswerFormat.Xml)]
    [InlineData("/?A=1&Format=xml", "", AnswerFormat.Xml)]
    [InlineData("/?Format=JSON", "Format=XML", AnswerFormat.Json)]
    [InlineData("/", "A=1&Format=XML", AnswerFormat.Xml)]
    [InlineData("/?Format=nonsense", "", AnswerFormat.Json)]
    [InlineData("", "", AnswerFormat.Json)]
    [InlineData("???", "", AnswerFormat.Json)]
    public void Guesses_the_format_of_a_request_that_may_not_parse(string target, string form, AnswerFormat expected)
    {
        var headers = new RequestHeaders([new("content-type", FormType + "; charset=UTF-8")]);

        Assert.Equal(expected, RpcRequest.FormatOf(target, headers, Encoding.UTF8.GetBytes(form)));
    }

    [Fact]
    public void Takes_the_common_parameters_out_and_leaves_the_operations_own()
    {
        var request = Requests
            .V1([new("CertificateId", "1"), new("SecurityToken", "t"), new("BearerToken", "b")])
            .Parse();

        Assert.Equal([new("CertificateId", "1")], request.Parameters.All);
        Assert.Equal("t", request.SecurityToken);
        Assert.Null(Requests.V1().Parse().SecurityToken);
    }

    [Fact]
    public void Reads_the_security_token_of_V3_from_its_header()
    {
        var headers = Requests.V3Headers();
        headers.Add(new("x-acs-security-token", "token"));

        Assert.Equal("token", Requests.SignedV3(headers, "/", "").Parse().SecurityToken);
    }

    [Fact]
    public void An_unsigned_request_is_told_how_to_sign()
    {
        var refusal = Assert.Throws<ApiException>(() =>
            RpcRequest.Parse("GET", "/?Action=DescribeRegions", new RequestHeaders([]), default)
        );

        Assert.Equal("MissingAccessKeyId", refusal.Error.Code);
        Assert.Contains("Sign the request", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_POST_with_a_form_type_and_no_body_is_fine() =>
        Requests.Verify(Requests.V1().WithHeader("Content-Type", FormType));

    [Fact]
    public void An_access_key_id_of_absurd_length_is_not_found()
    {
        var refusal = Assert.Throws<ApiException>(() =>
            RpcRequest.Parse("GET", "/?AccessKeyId=" + new string('x', 129), new RequestHeaders([]), default)
        );

        Assert.Equal("InvalidAccessKeyId.NotFound", refusal.Error.Code);
    }

    [Fact]
    public void A_private_key_in_a_name_is_not_repeated_in_the_message()
    {
        var wire = Requests.V1();

        var refusal = Assert.Throws<ApiException>(() =>
            wire.WithQuery(wire.Query + "&-----BEGIN+PRIVATE+KEY-----MIIE=%").Parse()
        );

        Assert.DoesNotContain("MIIE", refusal.Message, StringComparison.Ordinal);
    }

    private static void AssertTooLarge(WireRequest wire)
    {
        var refusal = Assert.Throws<ApiException>(() => wire.Parse());
        Assert.Equal("RequestTooLarge", refusal.Error.Code);
        Assert.Equal(413, refusal.Error.HttpStatus);
    }
}
