using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>Submissions made to cost as much as possible still come to an end, with a reason.</summary>
public class JudgementWorkTests
{
    [Fact]
    public void A_mesh_of_CAs_above_a_certificate_of_thousands_of_names_ends()
    {
        var authorities = Enumerable
            .Range(0, 8)
            .Select(i =>
                TestAuthority.CreateRoot(
                    KeySpec.EcP256,
                    $"CN=CA {i}",
                    Issued.Clock(),
                    t => t.ExtraExtensions.Add(NamesDer.Constraints([], ["dns:evil.test"]))
                )
            )
            .ToArray();
        var mesh = authorities.SelectMany(one =>
            authorities
                .Where(other => other != one)
                .Select(other =>
                    one.CrossSign(other, t => t.ExtraExtensions.Add(NamesDer.Constraints([], ["dns:evil.test"]))).Pem
                )
        );
        var leaf = authorities[0]
            .Issue(
                Issued.Request,
                null,
                t =>
                {
                    t.SubjectAlternativeNames.Clear();
                    t.ExtraExtensions.Add(
                        NamesDer.AlternativeNames([
                            .. Enumerable.Range(0, 5000).Select(i => $"dns:{i}.a.test"),
                            "dns:evil.test",
                        ])
                    );
                }
            );
        var judgement = Issued.Judge(leaf.Pem, string.Concat(mesh));
        Assert.Contains(judgement.Errors, error => error.Code is "TooComplex");
        Array.ForEach(authorities, authority => authority.Dispose());
    }

    [Theory]
    [InlineData("uri:https://", "uri:")]
    [InlineData("mail:a@", "mail:")]
    [InlineData("mail8:\u00e4@", "mail:")]
    public void Long_hosts_under_thousands_of_constraints_end(string name, string constraint)
    {
        var host = "h." + string.Concat(Enumerable.Repeat("a.", 95)) + "test";
        string[] constraints = [.. Enumerable.Range(0, 2100).Select(i => $"{constraint}.{i}.test")];
        string[] names = [.. Enumerable.Repeat(name + host, 500)];
        Assert.Contains(JudgeUnder(constraints, names).Errors, error => error.Code is "TooComplex");
        Assert.Empty(JudgeUnder(constraints, names[..200]).Errors);
        Assert.Empty(JudgeUnder(["dns:evil.test", .. constraints[..500]], names).Errors);
    }

    [Fact]
    public void Long_directory_names_under_thousands_of_constraints_end()
    {
        var long80 = string.Join(',', Enumerable.Repeat("O=a", 80));
        string[] constraints = [.. Enumerable.Range(0, 120).Select(i => $"dn:CN={i},{long80}")];
        string[] names = [.. Enumerable.Repeat($"dn:CN=a,{long80}", 120)];
        Assert.Contains(JudgeUnder(constraints, names).Errors, error => error.Code is "TooComplex");
        Assert.Empty(JudgeUnder(constraints, names[..50]).Errors);
    }

    [Fact]
    public void Hundreds_of_names_under_dozens_of_constraints_are_usual()
    {
        string[] constraints =
        [
            .. Enumerable.Range(0, 60).Select(i => $"uri:evil{i}.test"),
            "mail:evil.test",
            "dns:evil.test",
        ];
        string[] names =
        [
            .. Enumerable
                .Range(0, 300)
                .SelectMany(i => (string[])[$"uri:https://a{i}.test/b", $"mail:a@a{i}.test", $"dns:a{i}.test"]),
        ];
        Assert.Empty(JudgeUnder(constraints, names).Errors);
        Assert.Contains(
            JudgeUnder(constraints, [.. names, "uri:https://evil59.test/"]).Errors,
            error => error.Code is "NameExcluded"
        );
    }

    [Fact]
    public void Names_that_grow_when_they_are_prepared_end()
    {
        var name =
            "CN=" + string.Concat(Enumerable.Repeat("\u0301\u0323", 8000)) + ",O=" + new string('\ufdfa', 20_000);
        Assert.Empty(JudgeUnder(["dn:O=a"], ["dn:" + name]).Errors);
    }

    [Fact]
    public void Thousands_of_policies_end()
    {
        using var authority = Issued.Root.CreateSubordinate(KeySpec.EcP256, "CN=Policies", Policies);
        var judgement = Issued.Judge(authority.Issue(Issued.Request, null, Policies).Pem, authority.ChainPem);
        Assert.Empty(judgement.Errors);
    }

    private static Judgement JudgeUnder(string[] excluded, string[] names)
    {
        using var authority = Issued.Root.CreateSubordinate(
            KeySpec.EcP256,
            "CN=Constrained",
            t => t.ExtraExtensions.Add(NamesDer.Constraints([], excluded))
        );
        var leaf = authority.Issue(
            Issued.Request,
            null,
            t =>
            {
                t.SubjectAlternativeNames.Clear();
                t.ExtraExtensions.Add(NamesDer.AlternativeNames(names));
            }
        );
        return Issued.Judge(leaf.Pem, authority.ChainPem);
    }

    private static void Policies(CertificateTemplate template)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            for (var i = 0; i < 5000; i++)
            {
                using var information = writer.PushSequence();
                writer.WriteObjectIdentifier($"1.2.3.{i}");
            }
        }
        template.ExtraExtensions.Add(new CertificateExtension("2.5.29.32", false, writer.Encode()));
        template.ExtraExtensions.Add(new CertificateExtension("2.5.29.36", true, new byte[] { 0x30, 3, 0x80, 1, 0 }));
    }
}
