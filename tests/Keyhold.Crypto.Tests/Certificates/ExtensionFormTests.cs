using System.Formats.Asn1;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>Extensions that limit nothing must still be such as others can read (RFC 5280 sections 4.2.1 and 4.2.2).</summary>
public class ExtensionFormTests
{
    private const string Points = "2.5.29.31";
    private const string FreshestPoints = "2.5.29.46";
    private const string Access = "1.3.6.1.5.5.7.1.1";
    private const string SubjectAccess = "1.3.6.1.5.5.7.1.11";
    private const string IssuerNames = "2.5.29.18";
    private const string Purposes = "2.5.29.37";
    private const string Policies = "2.5.29.32";
    private const string AuthorityKey = "2.5.29.35";

    private static readonly byte[] Uri = Element(0x86, "http://a"u8.ToArray());
    private static readonly byte[] Null = [0x05, 0x00];
    private static readonly byte[] Fetching = Identifier("1.3.6.1.5.5.7.48.2");
    private static readonly byte[] Policy = Identifier("1.2.3");
    private static readonly byte[] Statement = Identifier("1.3.6.1.5.5.7.2.1");
    private static readonly byte[] Notice = Identifier("1.3.6.1.5.5.7.2.2");
    private static readonly byte[] Reasons = Element(0x81, [0x06, 0x40]);
    private static readonly byte[] Directory = Element(0xa4, DistinguishedName.Parse("CN=a,C=DE").Der.ToArray());

    public static TheoryData<string, byte[]> Malformed() =>
        new()
        {
            { Points, [] },
            { Points, Null },
            { Points, Sequence() },
            { Points, Sequence(Sequence()) },
            { Points, Sequence(Sequence(Reasons)) },
            { Points, [.. Sequence(Point(Uri)), 0x00] },
            { Points, Sequence(Point(Element(0x86, [0xff]))) },
            { Points, Sequence(Point()) },
            { Points, Sequence(Point(Element(0xa4, Null))) },
            { Points, Sequence(Sequence(Element(0xa0, Element(0xa1)))) },
            { Points, Sequence(Sequence(Element(0xa0, Element(0xa2, Uri)))) },
            { Points, Sequence(Sequence(Element(0xa2, []))) },
            { Points, Sequence(Sequence(Element(0xa2, Uri), Null)) },
            { FreshestPoints, Sequence() },
            { Access, Sequence() },
            { Access, Sequence(Null) },
            { Access, Sequence(Sequence(Fetching)) },
            { Access, Sequence(Sequence(Uri)) },
            { Access, Sequence(Sequence(Fetching, Identifier("1.2.3"))) },
            { Access, Sequence(Sequence(Fetching, Element(0x86, [0xff]))) },
            { Access, Sequence(Sequence(Fetching, Uri, Null)) },
            { SubjectAccess, Sequence(Sequence(Fetching)) },
            { IssuerNames, Sequence() },
            { IssuerNames, Uri },
            { Purposes, Sequence() },
            { Purposes, Policy },
            { Purposes, Sequence(Null) },
            { Purposes, [.. Sequence(Policy), 0x00] },
            { Policies, Sequence() },
            { Policies, Sequence(Policy) },
            { Policies, Sequence(Sequence()) },
            { Policies, Sequence(Sequence(Policy, Null)) },
            { Policies, Sequence(Sequence(Policy, Sequence())) },
            { Policies, Sequence(Sequence(Policy, Sequence(Sequence(Statement)))) },
            { Policies, Sequence(Sequence(Policy, Sequence(Sequence(Statement, Element(0x0c, [0x61]))))) },
            { Policies, Sequence(Sequence(Policy, Sequence(Sequence(Notice, Null)))) },
            { Policies, Sequence(Sequence(Policy, Sequence(Sequence(Notice, Sequence(Null))))) },
            { Policies, [.. Sequence(Sequence(Policy)), 0x00] },
            { AuthorityKey, Sequence(Null) },
            { AuthorityKey, Sequence(Element(0xa1, Directory)) },
            { AuthorityKey, Sequence(Element(0x82, [0x01])) },
            { AuthorityKey, Sequence(Element(0xa1), Element(0x82, [0x01])) },
        };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_value_that_cannot_be_read_is_refused_when_strict_and_warned_of_when_compatible(
        string oid,
        byte[] value
    )
    {
        var leaf = Issue(new CertificateExtension(oid, false, value));
        var refused = Find(Judge(JudgementProfile.Strict, leaf), "ExtensionMalformed");
        Assert.Equal(FindingSeverity.Error, refused?.Severity);
        Assert.Contains("which cannot be read (", refused?.Reason, StringComparison.Ordinal);
        var judgement = Judge(JudgementProfile.Compatible, leaf);
        Assert.Equal(FindingSeverity.Warning, Find(judgement, "ExtensionMalformed")?.Severity);
        Assert.True(judgement.IsAccepted);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_critical_one_that_cannot_be_read_is_refused_always(string oid, byte[] value)
    {
        var leaf = Issue(new CertificateExtension(oid, true, value));
        foreach (var profile in Enum.GetValues<JudgementProfile>())
        {
            var refused = Find(Judge(profile, leaf), "CriticalExtensionMalformed");
            Assert.Equal(FindingSeverity.Error, refused?.Severity);
        }
    }

    public static TheoryData<string, byte[]> WellFormed() =>
        new()
        {
            { Points, Sequence(Point(Uri), Point(Directory, Uri)) },
            { Points, Sequence(Sequence(Element(0xa0, Element(0xa0, Uri)), Reasons, Element(0xa2, Directory))) },
            { Points, Sequence(Sequence(Element(0xa2, Directory))) },
            {
                Points,
                Sequence(
                    Sequence(
                        Element(0xa0, Element(0xa1, Sequence(Identifier("2.5.4.3"), Element(0x13, [0x61])))),
                        Element(0xa2, Directory)
                    )
                )
            },
            { FreshestPoints, Sequence(Point(Uri)) },
            { Access, Sequence(Sequence(Fetching, Uri), Sequence(Policy, Directory)) },
            { SubjectAccess, Sequence(Sequence(Fetching, Uri)) },
            { IssuerNames, Sequence(Uri, Directory) },
            { Purposes, Sequence(Identifier("1.3.6.1.5.5.7.3.1")) },
            { Policies, Sequence(Sequence(Policy), Sequence(Identifier("1.2.4"))) },
            { Policies, Sequence(Sequence(Policy, Sequence(Sequence(Statement, Element(0x16, [0x61]))))) },
            { Policies, Sequence(Sequence(Policy, Sequence(Sequence(Notice, Sequence())))) },
            { Policies, Sequence(Sequence(Policy, Sequence(Sequence(Notice, Sequence(Element(0x0c, [0x61])))))) },
            {
                Policies,
                Sequence(
                    Sequence(
                        Policy,
                        Sequence(
                            Sequence(
                                Notice,
                                Sequence(
                                    Sequence(Element(0x0c, [0x61]), Sequence(Element(0x02, [0x01]))),
                                    Element(0x1a, [0x61])
                                )
                            )
                        )
                    )
                )
            },
            { Policies, Sequence(Sequence(Policy, Sequence(Sequence(Identifier("1.2.9"), Null)))) },
        };

    [Theory]
    [MemberData(nameof(WellFormed))]
    public void A_value_of_good_form_passes_when_strict(string oid, byte[] value) =>
        Assert.Empty(Judge(JudgementProfile.Strict, Issue(new CertificateExtension(oid, false, value))).Findings);

    [Theory]
    [InlineData("2.5.29.33")]
    [InlineData("2.5.29.36")]
    [InlineData("2.5.29.54")]
    public void A_policy_extension_that_cannot_be_read_is_refused_in_a_path_and_told_at_its_end(string oid)
    {
        var leaf = Issue(new CertificateExtension(oid, false, Sequence(Null)));
        foreach (var profile in Enum.GetValues<JudgementProfile>())
        {
            var judgement = Judge(profile, leaf);
            Assert.Equal(FindingSeverity.Error, Find(judgement, "PolicyExtensionInvalid")?.Severity);
            Assert.Null(Find(judgement, "ExtensionMalformed"));
        }

        var anchor = new JudgementOptions(JudgementProfile.Compatible, TrustAnchors.FromPem(leaf.Pem));
        var alone = new CertificateJudge(Issued.Clock(), anchor).JudgeCertificates(leaf.Pem, []);
        Assert.Equal(FindingSeverity.Warning, Find(alone, "ExtensionMalformed")?.Severity);
    }

    [Theory]
    [InlineData("2.5.29.33", "")]
    [InlineData("2.5.29.36", "00")]
    [InlineData("2.5.29.54", "00")]
    public void A_policy_extension_with_something_behind_it_or_nothing_in_it_is_refused(string oid, string after)
    {
        byte[] value = oid switch
        {
            "2.5.29.33" => Sequence(),
            "2.5.29.36" => Sequence(Element(0x80, [0x05])),
            _ => Element(0x02, [0x05]),
        };
        var leaf = Issue(new CertificateExtension(oid, true, (byte[])[.. value, .. Convert.FromHexString(after)]));
        var refused = Find(Judge(JudgementProfile.Compatible, leaf), "PolicyExtensionInvalid");
        Assert.Equal(FindingSeverity.Error, refused?.Severity);
    }

    [Fact]
    public void A_policy_named_twice_is_refused_when_strict_and_warned_of_when_compatible()
    {
        var value = Sequence(Sequence(Policy), Sequence(Identifier("1.2.4")), Sequence(Policy));
        foreach (var isCritical in new[] { false, true })
        {
            var leaf = Issue(new CertificateExtension(Policies, isCritical, value));
            var refused = Find(Judge(JudgementProfile.Strict, leaf), "PolicyRepeated");
            Assert.Equal(FindingSeverity.Error, refused?.Severity);
            Assert.Contains("the policy 1.2.3 twice", refused?.Reason, StringComparison.Ordinal);
            var judgement = Judge(JudgementProfile.Compatible, leaf);
            Assert.Equal(FindingSeverity.Warning, Find(judgement, "PolicyRepeated")?.Severity);
            Assert.True(judgement.IsAccepted);
        }
    }

    [Fact]
    public void A_CA_in_the_path_is_looked_at_like_the_certificate_itself()
    {
        using var authority = Issued.Root.CreateSubordinate(
            KeySpec.EcP256,
            "CN=Careless",
            template => template.ExtraExtensions.Add(new CertificateExtension(Purposes, false, Sequence()))
        );
        var judgement = new CertificateJudge(
            Issued.Clock(),
            new JudgementOptions(JudgementProfile.Strict, TrustAnchors.None)
        ).JudgeCertificates(authority.Issue(Issued.Request).Pem, [authority.ChainPem]);
        var refused = Find(judgement, "ExtensionMalformed");
        Assert.Equal(("CN=Careless", 1), (refused?.Subject, refused?.Index));
    }

    private static Certificate Issue(CertificateExtension extension) =>
        Issued.Middle.Issue(
            Issued.Request,
            null,
            template =>
            {
                if (extension.Oid is AuthorityKey)
                {
                    template.AuthorityKeyIdentifier = null;
                }
                template.ExtraExtensions.Add(extension);
            }
        );

    private static Judgement Judge(JudgementProfile profile, Certificate leaf) =>
        new CertificateJudge(Issued.Clock(), new JudgementOptions(profile, TrustAnchors.None)).JudgeCertificates(
            leaf.Pem,
            [Issued.Middle.ChainPem]
        );

    private static Finding? Find(Judgement judgement, string code) =>
        judgement.Findings.FirstOrDefault(finding => string.Equals(finding.Code, code, StringComparison.Ordinal));

    private static byte[] Point(params byte[][] names) => Sequence(Element(0xa0, Element(0xa0, names)));

    private static byte[] Sequence(params byte[][] contents) => Element(0x30, contents);

    /// <summary>Short enough for one byte of length.</summary>
    private static byte[] Element(byte tag, params byte[][] contents)
    {
        byte[] content = [.. contents.SelectMany(bytes => bytes)];
        return [tag, checked((byte)(content.Length < 0x80 ? content.Length : -1)), .. content];
    }

    private static byte[] Identifier(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }
}
