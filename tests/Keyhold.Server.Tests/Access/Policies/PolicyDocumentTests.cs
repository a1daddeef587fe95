using System.Text;
using CsCheck;
using Keyhold.Server.Access.Policies;

namespace Keyhold.Server.Tests.Access.Policies;

public class PolicyDocumentTests
{
    private const string Good = """
        {
          "Version": "1",
          "Statement": [
            {
              "Effect": "Allow",
              "Action": ["kms:Describe*", "kms:ListCertificates"],
              "Resource": "acs:kms:*:*:certificate/*",
              "Condition": {
                "IpAddress": { "acs:SourceIp": ["10.0.0.0/8", "2001:db8::/32"] },
                "DateLessThan": { "acs:CurrentTime": "2027-01-01T00:00:00+08:00" }
              }
            },
            { "Effect": "Deny", "NotAction": "kms:*", "Resource": "*" }
          ]
        }
        """;

    [Fact]
    public void A_good_document_is_read_whole()
    {
        var document = PolicyDocument.Parse(Good);
        Assert.Equal(2, document.Statements.Count);
        Assert.Equal(
            (true, 2, 2),
            (
                document.Statements[0].Allows,
                document.Statements[0].Actions.Length,
                document.Statements[0].Conditions.Length
            )
        );
        Assert.True(document.Statements[1].ExceptActions);
        Assert.False(document.AsksForTags);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{", "JSON")]
    [InlineData("{}{}", "JSON")]
    [InlineData("null", "The document", "it is null")]
    [InlineData("[]", "The document", "it is a list")]
    [InlineData("{}", "The document", "no Version")]
    [InlineData("{\"Version\":\"1\"}", "The document", "no Statement")]
    [InlineData("{\"Version\":\"2\",\"Statement\":[]}", "Version", "\"2\"")]
    [InlineData("{\"Version\":\"2012-10-17\",\"Statement\":[]}", "Version", "2012-10-17")]
    [InlineData("{\"Version\":1,\"Statement\":[]}", "Version", "a number", "quotation marks")]
    [InlineData("{\"Version\":\"1\",\"Version\":\"1\"}", "Version", "twice")]
    [InlineData("{\"Version\":\"1\",\"Id\":\"x\"}", "Id", "no such element")]
    [InlineData("{\"version\":\"1\"}", "version", "no such element")]
    [InlineData("{\"Version\":\"1\",\"Statement\":[]}", "Statement", "empty")]
    [InlineData("{\"Version\":\"1\",\"Statement\":{}}", "Statement", "an object")]
    [InlineData("{\"Version\":\"1\",\"Statement\":[1]}", "Statement[0]", "a number")]
    [InlineData("{\"Version\":\"1\",}", "JSON")]
    [InlineData("{\"\":\"1\"}", "\"\": a policy has no such element")]
    [InlineData("{\"Version\":\"1\",/*x*/\"Statement\":[]}", "JSON")]
    [InlineData("{\"Version\":\"1\",\"Statement\":[[[[[[[[[[]]]]]]]]]]}", "Statement[0]", "a list")]
    public void A_document_is_refused_where_it_is_wrong(string json, params string[] parts) => Refused(json, parts);

    [Theory]
    [InlineData("", "Statement[0]", "no Effect")]
    [InlineData("\"Effect\":\"Allow\"", "Statement[0]", "no Resource")]
    [InlineData("\"Effect\":\"Allow\",\"Resource\":\"*\"", "Statement[0]", "neither Action nor NotAction")]
    [InlineData("\"Effect\":\"allow\"", "Statement[0].Effect", "\"allow\"")]
    [InlineData("\"Effect\":true", "Statement[0].Effect", "without quotation marks")]
    [InlineData("\"Effect\":null", "Statement[0].Effect", "null")]
    [InlineData("\"Action\":[]", "Statement[0].Action", "empty")]
    [InlineData("\"Action\":[\"*\",5]", "Statement[0].Action[1]", "a number")]
    [InlineData("\"Action\":[[\"*\"]]", "Statement[0].Action[0]", "a list")]
    [InlineData("\"Action\":\"DescribeCertificate\"", "Statement[0].Action", "service:Operation")]
    [InlineData("\"Action\":\"kms:\"", "Statement[0].Action", "service:Operation")]
    [InlineData("\"Action\":\"kms: List\"", "Statement[0].Action", "service:Operation")]
    [InlineData("\"Action\":\"*\",\"NotAction\":\"*\"", "Statement[0].NotAction", "Action and NotAction")]
    [InlineData("\"Action\":\"*\",\"Action\":\"*\"", "Statement[0].Action", "twice")]
    [InlineData("\"Resource\":\"certificate/1\"", "Statement[0].Resource", "ARN")]
    [InlineData("\"Resource\":\"acs:kms:*\"", "Statement[0].Resource", "five parts")]
    [InlineData("\"Resource\":\"arn:aws:kms:*:*:key/*\"", "Statement[0].Resource", "ARN")]
    [InlineData("\"NotResource\":\"*\"", "Statement[0].NotResource", "no such element")]
    [InlineData("\"Principal\":{\"RAM\":\"*\"}", "Statement[0].Principal", "attached to a user")]
    [InlineData("\"NotPrincipal\":\"*\"", "Statement[0].NotPrincipal", "attached to a user")]
    [InlineData("\"Sid\":\"one\"", "Statement[0].Sid", "no such element")]
    [InlineData("\"Condition\":[]", "Statement[0].Condition", "a list")]
    [InlineData("\"Condition\":{\"IpAddress\":{}}", "Statement[0].Condition.IpAddress", "no key")]
    [InlineData("\"Condition\":{\"IpAddress\":[]}", "Statement[0].Condition.IpAddress", "a list")]
    [InlineData(
        "\"Condition\":{\"StringEqualsIfExists\":{\"acs:SourceIp\":\"x\"}}",
        "StringEqualsIfExists",
        "no such operator"
    )]
    [InlineData(
        "\"Condition\":{\"ForAnyValue:StringLike\":{\"acs:SourceIp\":\"x\"}}",
        "ForAnyValue:StringLike",
        "no such operator"
    )]
    [InlineData("\"Condition\":{\"stringequals\":{\"acs:SourceIp\":\"x\"}}", "stringequals", "no such operator")]
    [InlineData("\"Condition\":{\"Null\":{\"acs:SourceIp\":\"true\"}}", "Condition.Null", "no such operator")]
    [InlineData("\"Condition\":{\"ArnLike\":{\"acs:SourceIp\":\"x\"}}", "Condition.ArnLike", "no such operator")]
    [InlineData(
        "\"Condition\":{\"BinaryEquals\":{\"acs:SourceIp\":\"x\"}}",
        "Condition.BinaryEquals",
        "no such operator"
    )]
    [InlineData(
        "\"Condition\":{\"IpAddress\":{\"acs:SourceIp\":\"10.0.0.1/8\"}}",
        "Statement[0].Condition.IpAddress.acs:SourceIp",
        "bits beyond"
    )]
    [InlineData(
        "\"Condition\":{\"IpAddress\":{\"acs:SourceIp\":[\"10.0.0.0/8\",\"x\"]}}",
        "acs:SourceIp[1]",
        "not an IPv4"
    )]
    [InlineData("\"Condition\":{\"IpAddress\":{\"acs:SourceIp\":[]}}", "acs:SourceIp", "empty")]
    [InlineData("\"Condition\":{\"Bool\":{\"acs:SecureTransport\":true}}", "acs:SecureTransport", "quotation marks")]
    [InlineData("\"Condition\":{\"Bool\":{\"acs:SecureTransport\":\"yes\"}}", "acs:SecureTransport", "neither")]
    [InlineData("\"Condition\":{\"NumericEquals\":{\"kms:tag/a\":\"ten\"}}", "kms:tag/a", "not a number")]
    [InlineData("\"Condition\":{\"NumericEquals\":{\"kms:tag/a\":\"1e3\"}}", "kms:tag/a", "not a number")]
    [InlineData("\"Condition\":{\"DateEquals\":{\"acs:CurrentTime\":\"2026-11-24\"}}", "acs:CurrentTime", "not a time")]
    [InlineData(
        "\"Condition\":{\"DateEquals\":{\"acs:CurrentTime\":\"2026-11-24T12:00:00\"}}",
        "acs:CurrentTime",
        "not a time"
    )]
    [InlineData("\"Condition\":{\"StringEquals\":{\"SourceIp\":\"x\"}}", "StringEquals.SourceIp", "service:Name")]
    [InlineData("\"Condition\":{\"StringEquals\":{\"acs:sourceip\":\"x\"}}", "acs:sourceip", "Write acs:SourceIp")]
    [InlineData(
        "\"Condition\":{\"StringEquals\":{\"acs:resourcetag/a\":\"x\"}}",
        "acs:resourcetag/a",
        "Write acs:ResourceTag/"
    )]
    [InlineData("\"Condition\":{\"StringEquals\":{\"kms:tag/\":\"x\"}}", "kms:tag/", "names no tag")]
    [InlineData("\"Condition\":{\"Bool\":{\"acs:SourceIp\":\"true\"},\"Bool\":{}}", "Condition.Bool", "twice")]
    [InlineData(
        "\"Condition\":{\"Bool\":{\"acs:SecureTransport\":\"true\",\"acs:SecureTransport\":\"true\"}}",
        "acs:SecureTransport",
        "twice"
    )]
    public void A_statement_is_refused_where_it_is_wrong(string statement, params string[] parts) =>
        Refused($"{{\"Version\":\"1\",\"Statement\":[{{{statement}}}]}}", parts);

    [Fact]
    public void The_place_counts_statements_from_zero() =>
        Refused(Good.Replace("NotAction", "Sid", StringComparison.Ordinal), "Statement[1].Sid");

    [Fact]
    public void A_long_document_and_a_long_text_are_refused_with_the_limit()
    {
        Refused(Good + new string(' ', 6_144), "6144", "The document");
        Refused(
            Good.Replace("kms:ListCertificates", "kms:" + new string('x', 1_100), StringComparison.Ordinal),
            "Statement[0].Action[1]",
            "1024"
        );
    }

    [Fact]
    public void Names_out_of_the_document_do_not_make_a_message_endless() =>
        Assert.True(Refused($"{{\"Version\":\"1\",\"{new string('x', 5_000)}\":1}}").Length < 500);

    [Fact]
    public void Every_operator_that_RAM_documents_is_there_and_no_other() =>
        Assert.Equal(
            [
                "Bool",
                "DateEquals",
                "DateGreaterThan",
                "DateGreaterThanEquals",
                "DateLessThan",
                "DateLessThanEquals",
                "DateNotEquals",
                "IpAddress",
                "NotIpAddress",
                "NumericEquals",
                "NumericGreaterThan",
                "NumericGreaterThanEquals",
                "NumericLessThan",
                "NumericLessThanEquals",
                "NumericNotEquals",
                "StringEquals",
                "StringEqualsIgnoreCase",
                "StringLike",
                "StringNotEquals",
                "StringNotEqualsIgnoreCase",
                "StringNotLike",
            ],
            ConditionOperators.Names
        );

    [Fact]
    public void Whatever_comes_in_is_a_document_or_a_refusal_with_a_place()
    {
        string[] pieces =
        [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\ud800",
            "\0",
            "1",
            "true",
            "null",
            "\"Version\"",
            "\"1\"",
            "\"Statement\"",
            "\"Effect\"",
            "\"Allow\"",
            "\"Action\"",
            "\"kms:*\"",
            "\"Resource\"",
            "\"*\"",
            "\"Condition\"",
            "\"IpAddress\"",
            "\"acs:SourceIp\"",
            "\"10.0.0.0/8\"",
            "\"::/0\"",
            "é",
            "\ud83d",
        ];
        Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Int[0, 12], Some.Of(pieces).List[0, 3])
            .Sample(
                (at, removed, added) =>
                {
                    var text = new StringBuilder(Good)
                        .Remove(at, Math.Min(removed, Good.Length - at))
                        .Insert(at, string.Concat(added));
                    try
                    {
                        _ = PolicyDocument.Parse(text.ToString());
                    }
                    catch (PolicyDocumentException refused)
                    {
                        Assert.NotEmpty(refused.Place);
                    }
                },
                iter: 40_000
            );
    }

    private static string Refused(string json, params string[] parts)
    {
        var refused = Assert.Throws<PolicyDocumentException>(() => PolicyDocument.Parse(json));
        Assert.All(parts, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
        return refused.Message;
    }
}
