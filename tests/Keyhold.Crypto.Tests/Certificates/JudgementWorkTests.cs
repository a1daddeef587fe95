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

    [Fact]
    public void Thousands_of_policies_end()
    {
        using var authority = Issued.Root.CreateSubordinate(KeySpec.EcP256, "CN=Policies", Policies);
        var judgement = Issued.Judge(authority.Issue(Issued.Request, null, Policies).Pem, authority.ChainPem);
        Assert.Empty(judgement.Errors);
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
