using System.Formats.Asn1;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>Policies as far as they forbid (RFC 5280 section 6.1).</summary>
public class PolicyTests
{
    private const string Any = "2.5.29.32.0";

    [Theory]
    [InlineData("1.2.3", "1.2.3", true)]
    [InlineData("1.2.3 1.2.4", "1.2.4", true)]
    [InlineData("2.5.29.32.0", "1.2.3", true)]
    [InlineData("1.2.3", "2.5.29.32.0", true)]
    [InlineData("1.2.3", "1.2.4", false)]
    [InlineData("1.2.3", "", false)]
    [InlineData("", "1.2.3", false)]
    public void A_policy_that_is_required_must_hold_through_the_path(string upper, string lower, bool isGood) =>
        AssertVerdict(isGood, [Policies(upper), Constraints(0, null)], [Policies(lower)]);

    [Theory]
    [InlineData("1.2.3", "", 3, true)]
    [InlineData("1.2.3", "", 2, true)]
    [InlineData("1.2.3", "", 1, false)]
    public void It_can_be_required_further_down(string upper, string lower, int skip, bool isGood) =>
        AssertVerdict(isGood, [Policies(upper), Constraints(skip, null)], [Policies(lower)]);

    [Fact]
    public void The_certificate_itself_can_require_one()
    {
        AssertVerdict(false, [Policies("1.2.3")], [Policies("1.2.4"), Constraints(0, null)]);
        AssertVerdict(true, [Policies("1.2.3")], [Policies("1.2.4"), Constraints(1, null)]);
    }

    [Theory]
    [InlineData("1.2.3", "1.2.9", null, true)]
    [InlineData("1.2.3", "1.2.3", null, false)]
    [InlineData("1.2.3", "1.2.9", 0, true)]
    public void A_mapped_policy_counts_under_its_new_name(string upper, string lower, int? inhibit, bool isGood) =>
        AssertVerdict(isGood, [Policies(upper), Constraints(0, inhibit), Mapping("1.2.3", "1.2.9")], [Policies(lower)]);

    [Fact]
    public void A_mapping_that_is_forbidden_ends_the_policy()
    {
        using var upper = Issued.Root.CreateSubordinate(
            KeySpec.EcP256,
            "CN=Upper",
            Adding([Policies("1.2.3"), Constraints(0, 0)])
        );
        using var lower = upper.CreateSubordinate(
            KeySpec.EcP256,
            "CN=Lower",
            Adding([Policies("1.2.3"), Mapping("1.2.3", "1.2.9")])
        );
        var leaf = lower.Issue(Issued.Request, null, Adding([Policies("1.2.9")]));
        AssertError("PolicyNotValid", Issued.Judge(leaf.Pem, lower.ChainPem));
    }

    [Fact]
    public void AnyPolicy_can_be_forbidden()
    {
        AssertVerdict(false, [Policies("1.2.3"), Constraints(0, null), Inhibit(0)], [Policies(Any)]);
        AssertVerdict(true, [Policies("1.2.3"), Constraints(0, null), Inhibit(1)], [Policies(Any)]);
    }

    [Theory]
    [InlineData(Any, "1.2.3")]
    [InlineData("1.2.3", Any)]
    public void AnyPolicy_may_not_be_mapped(string issuer, string subject)
    {
        using var authority = Issued.Root.CreateSubordinate(
            KeySpec.EcP256,
            "CN=Mapping",
            Adding([Policies("1.2.3"), Mapping(issuer, subject)])
        );
        AssertError("PolicyExtensionInvalid", Issued.Judge(authority.Issue(Issued.Request).Pem, authority.ChainPem));
    }

    [Fact]
    public void Constraints_that_cannot_be_read_are_refused()
    {
        foreach (var value in new byte[][] { [0x30, 0x00], [0x05, 0x00], [0x30, 0x03, 0x80, 0x01, 0xff] })
        {
            using var authority = Issued.Root.CreateSubordinate(
                KeySpec.EcP256,
                "CN=Malformed",
                Adding([new CertificateExtension("2.5.29.36", true, value)])
            );
            AssertError(
                "PolicyExtensionInvalid",
                Issued.Judge(authority.Issue(Issued.Request).Pem, authority.ChainPem)
            );
        }
    }

    [Fact]
    public void Policies_that_nobody_requires_forbid_nothing()
    {
        AssertVerdict(true, [Policies("1.2.3")], [Policies("1.2.4")]);
        AssertVerdict(true, [], [Policies("1.2.4")]);
    }

    private static void AssertVerdict(bool isGood, CertificateExtension?[] upper, CertificateExtension?[] lower)
    {
        using var authority = Issued.Root.CreateSubordinate(KeySpec.EcP256, "CN=Policies", Adding(upper));
        var judgement = Issued.Judge(authority.Issue(Issued.Request, null, Adding(lower)).Pem, authority.ChainPem);
        if (isGood)
        {
            Assert.Empty(judgement.Errors);
        }
        else
        {
            AssertError("PolicyNotValid", judgement);
        }
    }

    private static void AssertError(string code, Judgement judgement) =>
        Assert.Contains(judgement.Errors, error => string.Equals(error.Code, code, StringComparison.Ordinal));

    private static Action<CertificateTemplate> Adding(CertificateExtension?[] extensions) =>
        template =>
        {
            foreach (var extension in extensions.OfType<CertificateExtension>())
            {
                template.ExtraExtensions.Add(extension);
            }
        };

    private static CertificateExtension? Policies(string policies) =>
        policies.Length == 0
            ? null
            : Make(
                "2.5.29.32",
                writer =>
                {
                    foreach (var policy in policies.Split(' '))
                    {
                        using var information = writer.PushSequence();
                        writer.WriteObjectIdentifier(policy);
                    }
                }
            );

    private static CertificateExtension Mapping(string issuer, string subject) =>
        Make(
            "2.5.29.33",
            writer =>
            {
                using var mapping = writer.PushSequence();
                writer.WriteObjectIdentifier(issuer);
                writer.WriteObjectIdentifier(subject);
            }
        );

    private static CertificateExtension Constraints(int require, int? inhibitMapping) =>
        Make(
            "2.5.29.36",
            writer =>
            {
                writer.WriteInteger(require, new Asn1Tag(TagClass.ContextSpecific, 0));
                if (inhibitMapping is { } skip)
                {
                    writer.WriteInteger(skip, new Asn1Tag(TagClass.ContextSpecific, 1));
                }
            }
        );

    private static CertificateExtension Inhibit(int skip)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteInteger(skip);
        return new CertificateExtension("2.5.29.54", true, writer.Encode());
    }

    private static CertificateExtension Make(string oid, Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            write(writer);
        }
        return new CertificateExtension(oid, true, writer.Encode());
    }
}
