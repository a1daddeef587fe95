using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Benchmarks;

/// <summary>
/// What judging a chain of three certificates from PEM costs, beside what .NET needs to parse the same certificates and
/// check their three signatures, and nothing else.
/// </summary>
internal sealed class JudgementCost : IDisposable
{
    private const int CallsInRound = 100;

    private readonly TestAuthority root;
    private readonly TestAuthority middle;
    private readonly string leaf;
    private readonly string chain;
    private readonly CertificateJudge judge = new(TimeProvider.System);

    private JudgementCost(KeySpec spec)
    {
        root = TestAuthority.CreateRoot(spec, "CN=Root,O=Benchmark,C=CN", TimeProvider.System);
        middle = root.CreateSubordinate(spec, "CN=Middle,O=Benchmark,C=CN");
        using var key = PrivateKey.Generate(spec);
        var subject = SubjectRules.ParseSubject("CN=leaf,OU=kms,O=Benchmark,C=CN");
        leaf = middle.Issue(SigningRequest.Create(key, subject, ["a.example.com"])).Pem;
        chain = middle.ChainPem;
    }

    public static void Print(TextWriter output)
    {
        foreach (var spec in new[] { KeySpec.Rsa2048, KeySpec.EcP256 })
        {
            using var cost = new JudgementCost(spec);
            var times = ProcessorTime.Measure(CallsInRound, cost.Judge, cost.BareDotNet);
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"judge 3 certificates {spec.Name}: {times[0]:F0} us, bare .NET {times[1]:F0} us, ratio {times[0] / times[1]:F2} (at most 1.30)"
                )
            );
        }
        using var sm2 = new JudgementCost(KeySpec.EcSm2);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"judge 3 certificates {KeySpec.EcSm2.Name}: {ProcessorTime.Measure(CallsInRound, sm2.Judge)[0]:F0} us (at most 600)"
            )
        );
    }

    public void Dispose()
    {
        middle.Dispose();
        root.Dispose();
    }

    private void Judge()
    {
        if (!judge.JudgeCertificates(leaf, [chain]).IsAccepted)
        {
            throw new InvalidOperationException("The chain should be good.");
        }
    }

    private void BareDotNet()
    {
        using var one = X509Certificate2.CreateFromPem(leaf);
        var others = new X509Certificate2Collection();
        others.ImportFromPem(chain);
        X509Certificate2[] path = [one, .. others];
        for (var i = 0; i < path.Length; i++)
        {
            if (!IsSigned(path[i], path[Math.Min(i + 1, path.Length - 1)]))
            {
                throw new InvalidOperationException("The signature should be good.");
            }
        }
        foreach (var certificate in others)
        {
            certificate.Dispose();
        }
    }

    private static bool IsSigned(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        var der = certificate.RawDataMemory.Span;
        AsnDecoder.ReadSequence(der, AsnEncodingRules.DER, out var start, out var length, out _);
        var content = der.Slice(start, length);
        AsnDecoder.ReadEncodedValue(content, AsnEncodingRules.DER, out _, out _, out var signedLength);
        AsnDecoder.ReadEncodedValue(
            content[signedLength..],
            AsnEncodingRules.DER,
            out _,
            out _,
            out var algorithmLength
        );
        var signature = AsnDecoder.ReadBitString(
            content[(signedLength + algorithmLength)..],
            AsnEncodingRules.DER,
            out _,
            out _
        );
        var signed = content[..signedLength];
        using var rsa = issuer.GetRSAPublicKey();
        if (rsa is not null)
        {
            return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        using var ecdsa = issuer.GetECDsaPublicKey();
        return ecdsa!.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
