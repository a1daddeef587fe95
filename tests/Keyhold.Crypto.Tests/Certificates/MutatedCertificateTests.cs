using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>Whatever bytes come in, a judgement comes out.</summary>
public class MutatedCertificateTests
{
    [Fact]
    public void Mutated_certificates_give_findings_and_never_an_exception()
    {
        var certificates = VectorCertificates.Everything();
        var chain = Issued.Middle.ChainPem;
        var failures = new List<string>();
        for (var i = 0; i < 16_000; i++)
        {
            var der = certificates[i % certificates.Count].ToArray();
            Mutate(ref der, i);
            var pem = PemEncoding.WriteString("CERTIFICATE", der);
            try
            {
                var judgement =
                    i % 2 == 0 ? Issued.JudgeAlone(pem, chain, Issued.Now) : Issued.Judge(Issued.Leaf.Pem, chain + pem);
                _ = judgement.SignatureAlgorithm + judgement.ChainPem + string.Join(' ', judgement.Findings);
                _ =
                    judgement.Certificate?.SubjectAlternativeNames.Count
                    + judgement.Certificate?.Subject.CommonName?.Length;
            }
            catch (Exception failure)
            {
                failures.Add($"{failure.GetType()}: {failure.Message} {pem}");
            }
        }
        Assert.Empty(failures);
    }

    [Fact]
    public void Mutated_text_gives_findings_and_never_an_exception()
    {
        var text = Issued.Leaf.Pem + Issued.Middle.ChainPem;
        for (var i = 0; i < 5000; i++)
        {
            var characters = text.ToCharArray();
            for (var n = 0; n <= i % 4; n++)
            {
                characters[RandomNumberGenerator.GetInt32(characters.Length)] = (char)
                    RandomNumberGenerator.GetInt32(i % 3 == 0 ? 0x10000 : 128);
            }
            var mutated = new string(characters);
            Assert.NotNull(Issued.Judge(mutated, mutated));
        }
    }

    [Fact]
    public void A_certificate_cut_short_anywhere_is_malformed()
    {
        for (var length = 0; length < Issued.Leaf.Der.Length; length++)
        {
            Assert.Throws<CertificateFormatException>(() => Certificate.Parse(Issued.Leaf.Der[..length]));
        }
    }

    /// <summary>One to eight bytes changed, or a piece taken out or doubled.</summary>
    private static void Mutate(ref byte[] der, int round)
    {
        var at = RandomNumberGenerator.GetInt32(der.Length);
        var length = Math.Min(RandomNumberGenerator.GetInt32(1, 20), der.Length - at);
        switch (round % 5)
        {
            case 0:
                der = [.. der[..at], .. der[(at + length)..]];
                break;
            case 1:
                der = [.. der[..(at + length)], .. der[at..]];
                break;
            default:
                for (var i = 0; i <= round % 8; i++)
                {
                    der[RandomNumberGenerator.GetInt32(der.Length)] = (byte)RandomNumberGenerator.GetInt32(256);
                }
                break;
        }
    }
}
