using System.Net;
using System.Text.Json;
using CsCheck;
using Keyhold.Server.Access.Policies;

namespace Keyhold.Server.Tests.Access.Policies;

public class PolicyEvaluatorTests
{
    private const string Arn = "acs:kms:cn-hangzhou:1:certificate/a";

    private static readonly AccessFacts Facts = new("kms:DescribeCertificate", Arn)
    {
        SourceIp = IPAddress.Parse("10.1.2.3"),
        CurrentTime = new DateTimeOffset(2026, 11, 24, 12, 0, 0, 500, TimeSpan.Zero),
        SecureTransport = true,
        UserAgent = "keyhold/1",
        ResourceTags = [new("team", "Shop"), new("size", "10")],
    };

    private static readonly AccessFacts Unknown = new(Facts.Action, Facts.Resource);

    [Fact]
    public void Without_a_statement_that_allows_it_is_denied()
    {
        Assert.Equal(PolicyVerdict.ImplicitDeny, PolicyEvaluator.Decide([], Facts).Verdict);
        Assert.Equal(PolicyVerdict.ImplicitDeny, Decide(Statement("Allow", "kms:ListCertificates")));
    }

    [Fact]
    public void Deny_wins_wherever_it_stands_and_is_named()
    {
        var allow = Named("allow", Statement("Allow", "kms:*"));
        var deny = Named("deny", Statement("Allow", "kms:*") + "," + Statement("Deny", "kms:Describe*"));
        foreach (var policies in new[] { new[] { allow, deny }, [deny, allow] })
        {
            var decision = PolicyEvaluator.Decide(policies, Facts);
            Assert.Equal(
                (PolicyVerdict.ExplicitDeny, "deny", 1),
                (decision.Verdict, decision.Policy!.Name, decision.Statement)
            );
        }
    }

    [Fact]
    public void The_first_statement_that_allows_is_named()
    {
        var decision = PolicyEvaluator.Decide(
            [
                Named("none", Statement("Allow", "kms:List*")),
                Named("first", Statement("Allow", "kms:List*") + "," + Statement("Allow", "*")),
            ],
            Facts
        );
        Assert.Equal((PolicyVerdict.Allow, "first", 1), (decision.Verdict, decision.Policy!.Name, decision.Statement));
    }

    [Theory]
    [InlineData("KMS:describecertificate", "*", true)]
    [InlineData("kms:Describe?ertificate", "*", true)]
    [InlineData("kms:DescribeCertificate", "acs:kms:*:1:certificate/a", true)]
    [InlineData("kms:DescribeCertificate", "acs:kms:*:*:certificate/*", true)]
    [InlineData("kms:DescribeCertificate", "acs:kms:*:*:certificate", false)]
    [InlineData("kms:DescribeCertificate", "acs:kms:*:*:certificate/A", false)]
    [InlineData("kms:DescribeCertificate", "acs:kms:*:2:certificate/*", false)]
    [InlineData("kms:Describe", "*", false)]
    [InlineData("ram:*", "*", false)]
    public void Actions_ignore_case_and_resources_do_not(string action, string resource, bool allows) =>
        Assert.Equal(allows, Decide(Statement("Allow", action, resource)) is PolicyVerdict.Allow);

    [Fact]
    public void NotAction_is_every_action_but_those()
    {
        Assert.Equal(
            PolicyVerdict.Allow,
            Decide(Statement("Allow", "kms:Delete*").Replace("Action", "NotAction", StringComparison.Ordinal))
        );
        Assert.Equal(
            PolicyVerdict.ImplicitDeny,
            Decide(Statement("Allow", "kms:Desc*").Replace("Action", "NotAction", StringComparison.Ordinal))
        );
        Assert.Equal(
            PolicyVerdict.ExplicitDeny,
            Decide(Statement("Deny", "kms:List*").Replace("Action", "NotAction", StringComparison.Ordinal))
        );
    }

    public static TheoryData<string, string, string, bool> Conditions =>
        new()
        {
            { "StringEquals", "acs:ResourceTag/team", "[\"Ops\",\"Shop\"]", true },
            { "StringEquals", "acs:ResourceTag/team", "\"shop\"", false },
            { "StringNotEquals", "acs:ResourceTag/team", "\"Ops\"", true },
            { "StringNotEquals", "acs:ResourceTag/team", "[\"Ops\",\"Shop\"]", false },
            { "StringEqualsIgnoreCase", "kms:tag/team", "\"sHOP\"", true },
            { "StringEqualsIgnoreCase", "kms:tag/team", "\"Ops\"", false },
            { "StringNotEqualsIgnoreCase", "kms:tag/team", "\"sHOP\"", false },
            { "StringNotEqualsIgnoreCase", "kms:tag/team", "\"Ops\"", true },
            { "StringLike", "acs:UserAgent", "\"keyhold/*\"", true },
            { "StringLike", "acs:UserAgent", "\"KEYHOLD/*\"", false },
            { "StringNotLike", "acs:UserAgent", "\"keyhold/?\"", false },
            { "StringNotLike", "acs:UserAgent", "\"curl*\"", true },
            { "NumericEquals", "kms:tag/size", "\"10.0\"", true },
            { "NumericNotEquals", "kms:tag/size", "\"10\"", false },
            { "NumericLessThan", "kms:tag/size", "\"10\"", false },
            { "NumericLessThanEquals", "kms:tag/size", "\"10\"", true },
            { "NumericGreaterThan", "kms:tag/size", "\"9.5\"", true },
            { "NumericGreaterThanEquals", "kms:tag/size", "\"11\"", false },
            { "NumericGreaterThan", "kms:tag/size", "\"-1\"", true },
            { "DateEquals", "acs:CurrentTime", "\"2026-11-24T20:00:00+08:00\"", true },
            { "DateNotEquals", "acs:CurrentTime", "\"2026-11-24T12:00:00Z\"", false },
            { "DateLessThan", "acs:CurrentTime", "\"2026-11-24T12:00:01Z\"", true },
            { "DateLessThan", "acs:CurrentTime", "\"2026-11-24T12:00:00Z\"", false },
            { "DateLessThanEquals", "acs:CurrentTime", "\"2026-11-24T12:00:00Z\"", true },
            { "DateGreaterThan", "acs:CurrentTime", "\"2026-11-24T12:00:00Z\"", false },
            { "DateGreaterThanEquals", "acs:CurrentTime", "\"2026-11-24T12:00Z\"", true },
            { "Bool", "acs:SecureTransport", "\"true\"", true },
            { "Bool", "acs:SecureTransport", "\"false\"", false },
            { "IpAddress", "acs:SourceIp", "[\"192.0.2.0/24\",\"10.0.0.0/8\"]", true },
            { "IpAddress", "acs:SourceIp", "\"10.1.2.4\"", false },
            { "NotIpAddress", "acs:SourceIp", "\"192.0.2.0/24\"", true },
            { "NotIpAddress", "acs:SourceIp", "[\"192.0.2.0/24\",\"10.0.0.0/8\"]", false },
        };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Each_operator_holds_when_it_should(string name, string key, string values, bool holds)
    {
        var condition = $"{{\"{name}\":{{\"{key}\":{values}}}}}";
        Assert.Equal(holds, Decide(Statement("Allow", "*", "*", condition)) is PolicyVerdict.Allow);
        Assert.Equal(holds, Decide(Statement("Deny", "*", "*", condition)) is PolicyVerdict.ExplicitDeny);
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public void A_missing_key_makes_no_Allow_and_every_Deny_match(string name, string key, string values, bool holds)
    {
        _ = holds;
        var condition = $"{{\"{name}\":{{\"{key}\":{values}}}}}";
        Assert.Equal(PolicyVerdict.ImplicitDeny, Decide(Statement("Allow", "*", "*", condition), Unknown));
        Assert.Equal(PolicyVerdict.ExplicitDeny, Decide(Statement("Deny", "*", "*", condition), Unknown));
    }

    [Theory]
    [InlineData("StringEquals", "acs:MFAPresent", "true")]
    [InlineData("StringNotEquals", "acs:PrincipalARN", "x")]
    [InlineData("NumericNotEquals", "kms:tag/team", "1")]
    [InlineData("DateNotEquals", "kms:tag/team", "2026-11-24T12:00:00Z")]
    [InlineData("NotIpAddress", "kms:tag/team", "10.0.0.0/8")]
    [InlineData("Bool", "kms:tag/team", "true")]
    public void A_key_that_is_not_supplied_or_of_another_kind_counts_as_missing(string name, string key, string value)
    {
        var condition = $"{{\"{name}\":{{\"{key}\":\"{value}\"}}}}";
        Assert.Equal(PolicyVerdict.ImplicitDeny, Decide(Statement("Allow", "*", "*", condition)));
        Assert.Equal(PolicyVerdict.ExplicitDeny, Decide(Statement("Deny", "*", "*", condition)));
    }

    [Fact]
    public void Operators_and_keys_must_all_hold()
    {
        const string both =
            "{\"StringEquals\":{\"kms:tag/team\":\"Shop\",\"kms:tag/size\":\"SIZE\"},\"Bool\":{\"acs:SecureTransport\":\"SECURE\"}}";
        Assert.Equal(PolicyVerdict.Allow, With("10", "true"));
        Assert.Equal(PolicyVerdict.ImplicitDeny, With("11", "true"));
        Assert.Equal(PolicyVerdict.ImplicitDeny, With("10", "false"));

        static PolicyVerdict With(string size, string secure) =>
            Decide(
                Statement(
                    "Allow",
                    "*",
                    "*",
                    both.Replace("SIZE", size, StringComparison.Ordinal)
                        .Replace("SECURE", secure, StringComparison.Ordinal)
                )
            );
    }

    [Fact]
    public void A_decision_allocates_nothing()
    {
        NamedPolicy[] policies =
        [
            Named("other", Statement("Allow", "ram:*")),
            Named(
                "this",
                Statement(
                    "Allow",
                    "kms:Desc*",
                    "acs:kms:*:*:certificate/*",
                    """
                    {"IpAddress":{"acs:SourceIp":["192.0.2.0/24","10.0.0.0/8"]},"Bool":{"acs:SecureTransport":"true"},
                     "DateLessThan":{"acs:CurrentTime":"2027-01-01T00:00:00Z"},"StringLike":{"acs:UserAgent":"keyhold/*"},
                     "StringEquals":{"kms:tag/team":"Shop"},"NumericLessThan":{"kms:tag/size":"11"}}
                    """
                )
            ),
        ];
        for (var warming = 0; warming < 100; warming++)
        {
            Assert.Equal(PolicyVerdict.Allow, PolicyEvaluator.Decide(policies, Facts).Verdict);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
        {
            _ = PolicyEvaluator.Decide(policies, Facts);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Agrees_with_a_second_formulation_of_the_rules() =>
        Gen.Select(GenStatement.List[1, 4].Select(Document).List[1, 3], GenFacts)
            .Sample(
                (documents, facts) =>
                    PolicyEvaluator
                        .Decide([.. documents.Select((document, at) => Named($"p{at}", document))], facts)
                        .Verdict == NaivePolicies.Decide(documents.Select(Whole), facts),
                iter: 20_000
            );

    private static readonly Gen<string> GenAction = Some.Of(
        "*",
        "kms:*",
        "kms:Get*",
        "KMS:getcertificate",
        "kms:List?ertificates",
        "ram:*",
        "kms:DescribeCertificate"
    );

    private static readonly Gen<string> GenResource = Some.Of(
        "*",
        Arn,
        "acs:kms:*:1:certificate/*",
        "acs:kms:*:*:certificate",
        "acs:kms:cn-?angzhou:1:certificate/b",
        "acs:ram::1:user/*"
    );

    private static readonly Gen<string> GenCondition = Gen.OneOf(
        Condition(
            [
                "StringEquals",
                "StringNotEquals",
                "StringEqualsIgnoreCase",
                "StringNotEqualsIgnoreCase",
                "StringLike",
                "StringNotLike",
            ],
            [
                "acs:UserAgent",
                "kms:tag/team",
                "acs:ResourceTag/size",
                "acs:MFAPresent",
                "acs:SecureTransport",
                "acs:SourceIp",
            ],
            ["Shop", "shop", "10", "S*", "?hop", "keyhold/1", "", "true", "10.1.2.3"]
        ),
        Condition([.. Six("Numeric")], ["kms:tag/size", "kms:tag/team", "acs:SourceVpc"], ["10", "9", "10.5", "-3"]),
        Condition(
            [.. Six("Date")],
            ["acs:CurrentTime", "kms:tag/since"],
            ["2026-11-24T12:00:00Z", "2026-11-24T13:00:00+01:00", "2026-11-24T12:00:01Z", "2020-01-01T00:00Z"]
        ),
        Condition(["Bool"], ["acs:SecureTransport", "kms:tag/team"], ["true", "false"]),
        Condition(
            ["IpAddress", "NotIpAddress"],
            ["acs:SourceIp", "kms:tag/home"],
            ["10.0.0.0/8", "10.1.2.3", "192.0.2.0/24", "2001:db8::/32", "::/0", "0.0.0.0/0"]
        )
    );

    private static readonly Gen<string> GenStatement = Gen.Select(
        Some.Of("Allow", "Allow", "Deny"),
        Some.Of("Action", "Action", "Action", "NotAction"),
        GenAction.List[1, 3],
        GenResource.List[1, 2],
        GenCondition.List[0, 2],
        (effect, action, actions, resources, conditions) =>
            $"{{\"Effect\":\"{effect}\",\"{action}\":{JsonSerializer.Serialize(actions)},\"Resource\":{JsonSerializer.Serialize(resources)}"
            + $",\"Condition\":{{{string.Join(',', conditions.DistinctBy(condition => condition.Split(':')[0]))}}}}}"
    );

    private static readonly Gen<AccessFacts> GenFacts = Gen.Select(
        Some.Of("kms:GetCertificate", "kms:DescribeCertificate", "kms:ListCertificates", "ram:GetUser"),
        Some.Of(
            Arn,
            "acs:kms:cn-hangzhou:1:certificate/b",
            "acs:kms:cn-hangzhou:1:certificate",
            "acs:ram::1:user/a",
            "*"
        ),
        Some.Of(null, "10.1.2.3", "192.0.2.9", "2001:db8::1"),
        Some.Of(null, "2026-11-24T12:00:00Z", "2026-11-24T12:00:01Z"),
        Some.Of<bool?>(null, true, false),
        Some.Of(null, "keyhold/1", "curl"),
        Some.Of<(string, string)[]>(
            [],
            [("team", "Shop"), ("size", "10")],
            [("team", "shop"), ("since", "2026-11-24T12:00:00Z"), ("home", "10.9.9.9")],
            [("size", "9.75"), ("team", "true")]
        ),
        (action, resource, address, time, secure, agent, tags) =>
            new AccessFacts(action, resource)
            {
                SourceIp = address is null ? null : IPAddress.Parse(address),
                CurrentTime = time is null
                    ? null
                    : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture),
                SecureTransport = secure,
                UserAgent = agent,
                ResourceTags = [.. tags.Select(tag => KeyValuePair.Create(tag.Item1, tag.Item2))],
            }
    );

    private static IEnumerable<string> Six(string kind) =>
        new[] { "Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals" }.Select(name =>
            kind + name
        );

    private static Gen<string> Condition(string[] names, string[] keys, string[] values) =>
        Gen.Select(
            Some.Of(names),
            Some.Of(keys),
            Some.Of(values).List[1, 3],
            (name, key, some) => $"\"{name}\":{{\"{key}\":{JsonSerializer.Serialize(some)}}}"
        );

    private static string Document(List<string> statements) => string.Join(',', statements);

    private static string Whole(string statements) => $"{{\"Version\":\"1\",\"Statement\":[{statements}]}}";

    private static NamedPolicy Named(string name, string statements) =>
        new("Custom", name, "v1", PolicyDocument.Parse(Whole(statements)));

    private static string Statement(string effect, string action, string resource = "*", string condition = "{}") =>
        $"{{\"Effect\":\"{effect}\",\"Action\":\"{action}\",\"Resource\":\"{resource}\",\"Condition\":{condition}}}";

    private static PolicyVerdict Decide(string statements, AccessFacts? facts = null) =>
        PolicyEvaluator.Decide([Named("p", statements)], facts ?? Facts).Verdict;
}
