using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>RFC 5280 section 4.2.1.10, kind by kind.</summary>
public class NameConstraintTests
{
    [Theory]
    [InlineData("dns:example.com", "dns:example.com")]
    [InlineData("dns:example.com", "dns:EXAMPLE.com")]
    [InlineData("dns:example.com", "dns:a.b.example.com")]
    [InlineData("dns:example.com", "dns:*.example.com")]
    [InlineData("dns:example.com", "ip:192.0.2.1")]
    [InlineData("dns:.example.com", "dns:a.example.com")]
    [InlineData("dns:", "dns:anything.test")]
    [InlineData("ip:192.0.2.0/255.255.255.0", "ip:192.0.2.77")]
    [InlineData("ip:2001:db8::/ffff:ffff::", "ip:2001:db8::1")]
    [InlineData("mail:a@example.com", "mail:a@EXAMPLE.com")]
    [InlineData("mail:example.com", "mail:b@example.com")]
    [InlineData("mail:.example.com", "mail:b@x.example.com")]
    [InlineData("uri:example.com", "uri:https://user@example.com:8443/a?b=@c")]
    [InlineData("uri:.example.com", "uri:ldap://x.example.com")]
    [InlineData("dn:O=aliyun,C=CN", "dn:CN=b,O=aliyun,C=CN")]
    [InlineData("dn:C=CN", "dn:2.5.4.45=#03020001,C=CN")]
    [InlineData("mail:example.com", "mail8:m\u00fcller@example.com")]
    [InlineData("mail:.example.com", "mail8:m\u00fcller@x.EXAMPLE.com")]
    [InlineData("mail:xn--bcher-kva.example", "mail8:\u533b\u751f@xn--bcher-kva.example")]
    [InlineData("mail:xn--bcher-kva.example", "mail8:\u533b\u751f@b\u00fccher.example")]
    [InlineData("mail:xn--fsqu00a.example", "mail8:\u533b\u751f@\u4f8b\u5b50.example")]
    [InlineData("dns:example.com", "mail8:m\u00fcller@example.org")]
    [InlineData("id:1.2.3", "dns:example.com")]
    public void A_permitted_name_passes(string permitted, string name) =>
        Assert.Empty(Judge([permitted], [], name).Errors);

    [Theory]
    [InlineData("dns:example.com", "dns:example.org")]
    [InlineData("dns:example.com", "dns:notexample.com")]
    [InlineData("dns:a.example.com", "dns:example.com")]
    [InlineData("dns:a.example.com", "dns:*.example.com")]
    [InlineData("dns:.example.com", "dns:example.com")]
    [InlineData("ip:192.0.2.0/255.255.255.0", "ip:192.0.3.1")]
    [InlineData("ip:192.0.2.0/255.255.255.0", "ip:2001:db8::1")]
    [InlineData("mail:a@example.com", "mail:A@example.com")]
    [InlineData("mail:a@example.com", "mail:b@example.com")]
    [InlineData("mail:example.com", "mail:b@x.example.com")]
    [InlineData("mail:.example.com", "mail:b@example.com")]
    [InlineData("uri:example.com", "uri:https://x.example.com/")]
    [InlineData("uri:example.com", "uri:https://example.com@evil.test/")]
    [InlineData("uri:.example.com", "uri:https://example.com/")]
    [InlineData("dn:O=aliyun,C=CN", "dn:O=other,C=CN")]
    [InlineData("dn:CN=userName,O=aliyun,C=CN", "dn:C=CN")]
    [InlineData("dn:O=aliyun,C=CN", "dn:CN=b,O=ali yun,C=CN")]
    [InlineData("dn:O=Muller,C=CN", "dn:CN=b,O=M\u00fcller,C=CN")]
    [InlineData("dn:O=aliyun,C=CN", "dn:2.5.4.45=#03020001,C=CN")]
    [InlineData("mail:example.com", "mail8:m\u00fcller@example.org")]
    [InlineData("mail:example.com", "mail8:m\u00fcller@x.example.com")]
    [InlineData("mail:muller@example.com", "mail8:m\u00fcller@example.com")]
    [InlineData("mail:bucher.example", "mail8:\u533b\u751f@b\u00fccher.example")]
    public void A_name_that_is_not_permitted_is_refused(string permitted, string name) =>
        AssertRefused("NameNotPermitted", Judge([permitted], [], name));

    [Theory]
    [InlineData("dns:example.com", "dns:example.com")]
    [InlineData("dns:example.com", "dns:a.example.com")]
    [InlineData("dns:a.example.com", "dns:*.example.com")]
    [InlineData("dns:example.com", "dns:*.example.com")]
    [InlineData("ip:0.0.0.0/0.0.0.0", "ip:192.0.3.1")]
    [InlineData("mail:example.com", "mail:a@example.com")]
    [InlineData("uri:example.com", "uri:https://EXAMPLE.com")]
    [InlineData("dn:C=CN", "dns:a.test")]
    [InlineData("dn:O=Evil Corp", "dn:O=EVIL\u200b  corp\u00ad")]
    [InlineData("dn:O=Evil Corp", "dn:O=evil\u00a0corp")]
    [InlineData("dn:O=Evil", "dn:O=\uff25vil")]
    [InlineData("dn:O=M\u00fcller", "dn:CN=a,O=mu\u0308ller")]
    [InlineData("dn:O=Stra\u00dfe", "dn:O=STRASSE")]
    [InlineData("dn:O=Evil", "dn:O=#1E08004500760069006C")]
    [InlineData("mail:example.com", "mail8:m\u00fcller@EXAMPLE.com")]
    [InlineData("mail:.example.com", "mail8:m\u00fcller@x.example.com")]
    [InlineData("mail:a@example.com", "mail8:a@example.com")]
    [InlineData("mail:xn--bcher-kva.example", "mail8:\u533b\u751f@b\u00fccher.example")]
    public void An_excluded_name_is_refused(string excluded, string name) =>
        AssertRefused("NameExcluded", Judge([], [excluded], name));

    [Theory]
    [InlineData("dns:b.a.example.com", "dns:*.example.com")]
    [InlineData("dns:example.com", "dns:example.org")]
    [InlineData("mail:example.com", "mail:a@x.example.com")]
    [InlineData("ip:192.0.2.0/255.255.255.0", "ip:192.0.3.1")]
    [InlineData("dn:C=DE", "dn:CN=a,C=FR")]
    [InlineData("dn:O=Evil,C=DE", "dn:2.5.4.45=#03020001,C=DE")]
    [InlineData("dn:O=Evil,C=DE", "dn:O=#040445766963,C=FR")]
    [InlineData("dn:O=Evil", "dn:O=D\u00e9vil")]
    [InlineData("mail:example.com", "mail8:m\u00fcller@example.org")]
    [InlineData("mail:muller@example.com", "mail8:m\u00fcller@example.com")]
    [InlineData("uri:example.com", "mail8#0500")]
    [InlineData("id:1.2.3", "dns:example.com")]
    public void A_name_beside_what_is_excluded_passes(string excluded, string name) =>
        Assert.Empty(Judge([], [excluded], name).Errors);

    [Theory]
    [InlineData("dns:example.com", "dns:.example.com")]
    [InlineData("dns:example.com", "dns:f*.example.com")]
    [InlineData("mail:example.com", "mail:a@b@example.com")]
    [InlineData("mail:example.com", "mail:example.com")]
    [InlineData("mail:example.com", "mail8#0500")]
    [InlineData("mail:example.com", "mail8#16086140622E74657374")]
    [InlineData("mail:example.com", "mail8#0C0461FF4062")]
    [InlineData("mail:example.com", "mail8:\u533b\u751f")]
    [InlineData("mail:example.com", "mail8:a\0b@example.org")]
    [InlineData("mail:example.com", "mail8:a@B\u00dcCHER.example")]
    [InlineData("mail:example.com", "mail8:a@bu\u0308cher.example")]
    [InlineData("mail:example.com", "mail8:a@fa\u00df.example")]
    [InlineData("mail:example.com", "mail8:a@\uff45vil.example")]
    [InlineData("mail:example.com", "mail8:a@b\u00fccher\u3002example")]
    [InlineData("dn:O=Evil", "dn:O=#04044576696C")]
    [InlineData("dn:O=Evil", "dn:O=\U0001f511vil")]
    [InlineData("dn:O=Evil", "dn:O=Evil\ue000")]
    [InlineData("dn:CN=a+O=Evil", "dn:CN=a+O=#04044576696C")]
    [InlineData("uri:example.com", "uri:urn:example:com")]
    [InlineData("uri:example.com", "uri:https://192.0.2.1/")]
    [InlineData("uri:example.com", "uri:https://[2001:db8::1]/")]
    [InlineData("id:1.2.3", "id:1.2.3")]
    public void A_name_that_cannot_be_compared_is_refused(string constraint, string name)
    {
        AssertRefused("NameNotComparable", Judge([constraint], [], name));
        AssertRefused("NameNotComparable", Judge([], [constraint], name));
    }

    [Theory]
    [InlineData("dns:*.example.com")]
    [InlineData("dns:a..b")]
    [InlineData("ip:192.0.2.0")]
    [InlineData("ip:192.0.2.0/255.0.255.0")]
    [InlineData("ip:192.0.2.0/255.255.253.0")]
    [InlineData("mail:a@b@example.com")]
    [InlineData("uri:https://example.com")]
    public void A_constraint_that_cannot_be_read_refuses_everything_below(string constraint) =>
        AssertRefused("NameConstraintsInvalid", Judge([constraint], [], "dns:a.test"));

    [Fact]
    public void Constraints_without_any_name_are_refused() =>
        AssertRefused("NameConstraintsInvalid", Judge([], [], "dns:a.test"));

    [Fact]
    public void What_is_excluded_counts_more_than_what_is_permitted() =>
        AssertRefused("NameExcluded", Judge(["dns:example.com"], ["dns:a.example.com"], "dns:a.example.com"));

    [Fact]
    public void The_common_name_stands_in_for_a_missing_DNS_name()
    {
        using var authority = Constrained(["dns:example.com"], []);
        AssertRefused("NameNotPermitted", Judge(authority, "CN=evil.test", "mail:a@b.test"));
        Assert.Empty(Judge(authority, "CN=a.example.com", "mail:a@b.test").Errors);
        Assert.Empty(Judge(authority, "CN=evil.test", "dns:a.example.com").Errors);
        Assert.Empty(Judge(authority, "CN=no host name", "mail:a@b.test").Errors);
    }

    [Fact]
    public void An_email_address_in_the_subject_counts()
    {
        using var authority = Constrained(["mail:example.com"], []);
        AssertRefused("NameNotPermitted", Judge(authority, "E=a@evil.test,CN=a", "dns:a.test"));
    }

    [Theory]
    [InlineData("O=M\u00fcller,C=CN", "CN=b,O=MU\u0308LLER,C=cn")]
    [InlineData("O=\u4e2d\u56fd\u3000Bank", "CN=b,O=\u4e2d\u56fd bank")]
    [InlineData("O=\U0001f511,C=CN", "CN=b,O=\U0001f511,C=CN")]
    [InlineData("2.5.4.45=#03020001", "CN=a,2.5.4.45=#03020001")]
    public void A_subject_counts_as_a_directory_name(string permitted, string subject)
    {
        using var authority = Constrained(["dn:" + permitted], []);
        Assert.Empty(Judge(authority, subject, "dns:a.test").Errors);
        AssertRefused("NameNotPermitted", Judge(authority, "CN=b,ST=b", "dns:a.test"));
    }

    [Theory]
    [InlineData("E=#0403614062,CN=a")]
    [InlineData("E=#160461FF4062,CN=a")]
    [InlineData("E=a b@example.com,CN=a")]
    public void An_email_address_in_the_subject_that_cannot_be_read_is_refused(string subject)
    {
        using var permitting = Constrained(["mail:example.com"], []);
        using var excluding = Constrained([], ["mail:example.com"]);
        using var others = Constrained([], ["dns:example.com"]);
        AssertRefused("NameNotComparable", Judge(permitting, subject, "dns:a.test"));
        AssertRefused("NameNotComparable", Judge(excluding, subject, "dns:a.test"));
        Assert.Empty(Judge(others, subject, "dns:a.test").Errors);
    }

    [Fact]
    public void A_CA_in_between_is_bound_and_a_self_issued_one_is_not()
    {
        using var root = TestAuthority.CreateRoot(
            KeySpec.EcP256,
            "CN=Root,O=aliyun",
            Issued.Clock(),
            t => t.ExtraExtensions.Add(NamesDer.Constraints(["dn:O=aliyun"], []))
        );
        using var stranger = root.CreateSubordinate(KeySpec.EcP256, "CN=Stranger,O=other");
        using var inside = root.CreateSubordinate(KeySpec.EcP256, "CN=Inside,O=aliyun");
        using var renewed = root.CreateSubordinate(
            KeySpec.EcP256,
            "CN=Root,O=aliyun",
            t => t.ExtraExtensions.Add(NamesDer.AlternativeNames("dn:O=other"))
        );
        void Rename(CertificateTemplate template) => template.Subject = DistinguishedName.Parse("CN=a,O=aliyun");
        var refused = Issued.Judge(stranger.Issue(Issued.Request, null, Rename).Pem, stranger.ChainPem);
        Assert.Equal("CN=Stranger,O=other", refused.Errors.First().Subject);
        Assert.Empty(Issued.Judge(inside.Issue(Issued.Request, null, Rename).Pem, inside.ChainPem).Errors);
        Assert.Empty(Issued.Judge(renewed.Issue(Issued.Request, null, Rename).Pem, renewed.ChainPem).Errors);
    }

    [Fact]
    public void A_CA_below_can_narrow_and_not_widen()
    {
        using var upper = Constrained(["dns:example.com"], []);
        using var wider = upper.CreateSubordinate(
            KeySpec.EcP256,
            "CN=Wider",
            t => t.ExtraExtensions.Add(NamesDer.Constraints(["dns:test"], []))
        );
        AssertRefused("NameNotPermitted", Judge(wider, "CN=a", "dns:a.test"));
        AssertRefused("NameNotPermitted", Judge(wider, "CN=a", "dns:a.example.com"));
    }

    [Fact]
    public void Too_many_names_under_too_many_constraints_are_too_complex()
    {
        string[] constraints = [.. Enumerable.Range(0, 1500).Select(i => $"dns:{i}.example.com")];
        string[] names = [.. Enumerable.Range(0, 1000).Select(i => $"dns:{i}.test")];
        using var authority = Constrained([], constraints);
        AssertRefused("TooComplex", Judge(authority, "CN=a", names));
        Assert.Empty(Judge(authority, "CN=a", names[..500]).Errors);
    }

    private static Judgement Judge(string[] permitted, string[] excluded, string name)
    {
        using var authority = Constrained(permitted, excluded);
        return Judge(authority, Issued.Subject, name);
    }

    private static Judgement Judge(TestAuthority authority, string subject, params string[] names)
    {
        var leaf = authority.Issue(
            Issued.Request,
            null,
            t =>
            {
                t.Subject = DistinguishedName.Parse(subject);
                t.SubjectAlternativeNames.Clear();
                t.ExtraExtensions.Add(NamesDer.AlternativeNames(names));
            }
        );
        return Issued.Judge(leaf.Pem, authority.ChainPem);
    }

    private static TestAuthority Constrained(string[] permitted, string[] excluded) =>
        Issued.Root.CreateSubordinate(
            KeySpec.EcP256,
            "CN=Constrained",
            t => t.ExtraExtensions.Add(NamesDer.Constraints(permitted, excluded))
        );

    private static void AssertRefused(string code, Judgement judgement)
    {
        var error = judgement.Errors.FirstOrDefault(finding =>
            string.Equals(finding.Code, code, StringComparison.Ordinal)
        );
        Assert.True(error is not null, $"expected {code}: {string.Join(" | ", judgement.Findings)}");
        Assert.NotEqual("", error.Found + error.Expected + (code is "TooComplex" ? "-" : ""));
    }
}
