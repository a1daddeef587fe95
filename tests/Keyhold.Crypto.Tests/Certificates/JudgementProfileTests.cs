using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>What a CA gets wrong without harm: an error when strict, a warning when compatible.</summary>
public class JudgementProfileTests
{
    public static TheoryData<string, Action<CertificateTemplate>> Leaves() =>
        new()
        {
            { "NoAuthorityKeyIdentifier", t => t.AuthorityKeyIdentifier = null },
            { "KeyIdentifierMismatch", t => t.AuthorityKeyIdentifier = new byte[] { 1, 2, 3 } },
            { "SerialNumberInvalid", t => t.Serial = new byte[] { 0 } },
            { "SerialNumberInvalid", t => t.Serial = new byte[] { 0x80 } },
            { "SerialNumberInvalid", t => t.Serial = Enumerable.Repeat((byte)1, 21).ToArray() },
            { "ValidSoon", t => t.NotBefore = Issued.Now.AddSeconds(1) },
            { "OldVersion", t => t.Version = 1 },
            { "PathLengthWithoutAuthority", t => t.PathLength = 0 },
            { "IssuingWithoutAuthority", t => t.KeyUsage |= X509KeyUsageFlags.KeyCertSign },
            { "NoKeyUsage", t => t.KeyUsage = X509KeyUsageFlags.None },
            { "CriticalByMistake", t => t.ExtraExtensions.Add(new("1.3.6.1.5.5.7.1.1", true, OneAccess())) },
            { "NameConstraintsMisplaced", t => t.ExtraExtensions.Add(NamesDer.Constraints(["dns:a.test"], [])) },
            { "AlternativeNameInvalid", t => t.SubjectAlternativeNames.Add("a_b.example.com") },
            { "AlternativeNameInvalid", t => t.SubjectAlternativeNames.Add("-a.example.com") },
            { "AlternativeNameInvalid", t => t.SubjectAlternativeNames.Add("a.*.example.com") },
            { "AlternativeNameInvalid", t => t.SubjectAlternativeNames.Add("a.example.com.") },
            { "AlternativeNameInvalid", t => t.SubjectAlternativeNames.Add("192.0.2.300") },
            { "AlternativeNameNotCritical", MakeNameless },
            {
                "NoSubjectName",
                t =>
                {
                    t.Subject = DistinguishedName.FromDer(new byte[] { 0x30, 0 });
                    t.SubjectAlternativeNames.Clear();
                }
            },
        };

    [Theory]
    [MemberData(nameof(Leaves))]
    public void A_certificate_made_carelessly_is_refused_when_strict_only(
        string code,
        Action<CertificateTemplate> change
    )
    {
        var leaf = Issued.Middle.Issue(Issued.Request, null, change);
        Check(code, leaf.Pem, Issued.Middle.ChainPem, FindingSeverity.Warning);
    }

    public static TheoryData<string, bool, Action<CertificateTemplate>> Authorities() =>
        new()
        {
            { "NoSubjectKeyIdentifier", true, t => t.SubjectKeyIdentifier = null },
            { "NoAuthorityKeyIdentifier", true, t => t.AuthorityKeyIdentifier = null },
            {
                "ConstraintsNotCritical",
                true,
                t => t.ExtraExtensions.Add(NamesDer.Constraints([], ["dns:evil.test"], isCritical: false))
            },
            {
                "NameConstraintsWithLeadingDot",
                true,
                t => t.ExtraExtensions.Add(NamesDer.Constraints(["dns:.example.com"], []))
            },
        };

    [Theory]
    [MemberData(nameof(Authorities))]
    public void A_CA_made_carelessly_is_refused_when_strict_only(
        string code,
        bool isTold,
        Action<CertificateTemplate> change
    )
    {
        using var authority = Issued.Root.CreateSubordinate(KeySpec.EcP256, "CN=Careless", change);
        var leaf = authority.Issue(Issued.Request);
        Check(code, leaf.Pem, authority.ChainPem, isTold ? FindingSeverity.Warning : null);
    }

    [Fact]
    public void A_nameless_CA_is_refused_always()
    {
        using var authority = Issued.Root.CreateSubordinate(
            KeySpec.EcP256,
            "CN=x",
            t => t.Subject = DistinguishedName.FromDer(new byte[] { 0x30, 0 })
        );
        Check("NoAuthorityName", authority.Issue(Issued.Request).Pem, authority.ChainPem, FindingSeverity.Error);
    }

    [Fact]
    public void What_is_made_by_the_book_passes_when_strict()
    {
        var judgement = Judge(JudgementProfile.Strict, Issued.Leaf.Pem, Issued.Middle.ChainPem);
        Assert.Empty(judgement.Findings);
    }

    /// <summary>Information access by one URL.</summary>
    private static byte[] OneAccess() =>
        [0x30, 0x14, 0x30, 0x12, 0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 48, 2, 0x86, 0x06, .. "http:a"u8];

    private static void MakeNameless(CertificateTemplate template)
    {
        template.Subject = DistinguishedName.FromDer(new byte[] { 0x30, 0 });
        template.ExtraExtensions.Add(NamesDer.AlternativeNames("dns:a.example.com"));
        template.SubjectAlternativeNames.Clear();
    }

    private static void Check(string code, string leaf, string chain, FindingSeverity? compatible)
    {
        var strict = Judge(JudgementProfile.Strict, leaf, chain);
        Assert.Contains(strict.Errors, finding => IsCode(finding, code));
        var lenient = Judge(JudgementProfile.Compatible, leaf, chain);
        Assert.Equal(compatible, lenient.Findings.FirstOrDefault(finding => IsCode(finding, code))?.Severity);
        Assert.Equal(compatible != FindingSeverity.Error, lenient.IsAccepted);
    }

    private static bool IsCode(Finding finding, string code) =>
        string.Equals(finding.Code, code, StringComparison.Ordinal);

    private static Judgement Judge(JudgementProfile profile, string leaf, string chain) =>
        new CertificateJudge(Issued.Clock(), new JudgementOptions(profile, TrustAnchors.None)).JudgeCertificates(
            leaf,
            [chain]
        );
}
