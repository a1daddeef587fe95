using CsCheck;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>Real CAs with many cross-signs: every one finds its way to each root, whatever else was sent in whatever order.</summary>
public class LetsEncryptTests
{
    private static readonly DateTimeOffset In2024 = new(2024, 9, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_intermediate_finds_a_path_to_each_root_it_has()
    {
        var all = Read();
        var reached = 0;
        foreach (var intermediate in all.Where(certificate => !certificate.IsSelfIssued))
        {
            foreach (var root in all.Where(certificate => certificate.IsSelfIssued))
            {
                var now = Middle(intermediate);
                var judgement = Issued.JudgeAnchored(
                    JudgementProfile.Compatible,
                    intermediate.Pem,
                    [.. all.Select(certificate => certificate.Pem)],
                    [root.Pem],
                    now
                );
                var isReached = judgement.IsAccepted && judgement.Path[^1].IsSameAs(root);
                Assert.True(
                    Leads(intermediate, root, [.. all.Where(IsInDate)], []) == isReached,
                    $"{intermediate} -> {root}: {string.Join(" ", judgement.Errors)}"
                );
                bool IsInDate(Certificate one) => one.NotBefore <= now && now <= one.NotAfter;
                reached += isReached ? 1 : 0;
            }
        }
        Assert.True(reached > 60, $"{reached} ways");
    }

    [Fact]
    public void Order_duplicates_and_strangers_change_neither_the_verdict_nor_what_is_stored()
    {
        var all = Read();
        var leaves = all.Where(certificate => !certificate.IsSelfIssued).ToArray();
        var expected = leaves.Select(leaf => Judge(leaf, all)).ToArray();
        Gen.Select(Gen.Int[0, leaves.Length - 1], Gen.Shuffle(all), Gen.Int[0, all.Length - 1].Array[0, 5])
            .Sample(
                (which, shuffled, repeated) =>
                {
                    var judgement = Judge(
                        leaves[which],
                        [.. shuffled, .. repeated.Select(i => all[i]), Issued.Root.Certificate]
                    );
                    return judgement.IsAccepted == expected[which].IsAccepted
                        && string.Equals(judgement.ChainPem, expected[which].ChainPem, StringComparison.Ordinal);
                },
                iter: 300
            );
    }

    private static Judgement Judge(Certificate leaf, Certificate[] chain) =>
        Issued.JudgeAlone(leaf.Pem, string.Concat(chain.Select(certificate => certificate.Pem)), In2024);

    /// <summary>By names and signatures alone, tried in all ways.</summary>
    private static bool Leads(Certificate from, Certificate to, Certificate[] all, HashSet<Certificate> seen)
    {
        if (from.IsSameAs(to))
        {
            return all.Contains(to);
        }
        return seen.Add(from)
            && !from.IsSelfIssued
            && all.Any(issuer =>
                issuer.Subject.IsSameAs(from.Issuer)
                && CertificateSignature.Verify(from, issuer) == Keyhold.Crypto.Algorithms.X509SignatureFailure.None
                && Leads(issuer, to, all, seen)
            );
    }

    private static DateTimeOffset Middle(Certificate certificate) =>
        certificate.NotBefore + ((certificate.NotAfter - certificate.NotBefore) / 2);

    private static Certificate[] Read() =>
        [
            .. VectorCertificates
                .Archive("letsencrypt-certs.tar.gz")
                .Values.SelectMany(text => PemReader.Read(text).Certificates)
                .Select(block => Certificate.Parse(block.Der))
                .Distinct(Certificate.SameBytes),
        ];
}
