using System.Formats.Asn1;
using System.Text;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Tests.Certificates;
using Keyhold.Tests.Fuzzing;

namespace Keyhold.Crypto.Tests.Fuzzing;

/// <summary>Everything that reads certificates, requests and the texts around them. The judgement has its own run beside it.</summary>
public class CertificateFuzzTests
{
    private static readonly IReadOnlyList<byte[]> Certificates = VectorCertificates.Everything();

    [Fact]
    public void Certificates_in_DER() =>
        Fuzz.Run(
            25_000,
            Certificates,
            der =>
            {
                var certificate = Certificate.Parse(der);
                _ = certificate.ToString() + certificate.SubjectAlternativeNames.Count + certificate.Pem;
            },
            typeof(CertificateFormatException)
        );

    [Fact]
    public void Certificates_in_PEM() =>
        Fuzz.Run(
            10_000,
            [Text(Issued.Leaf.Pem), Text(Issued.Middle.ChainPem), Text("subject=CN = a\n" + Issued.Leaf.Pem + "\r\n")],
            bytes =>
            {
                var (certificates, problems) = PemReader.Read(Encoding.UTF8.GetString(bytes));
                Assert.All(problems, problem => Assert.NotNull(problem.ToString()));
                _ = certificates.Count;
            }
        );

    [Fact]
    public void Certificates_in_PKCS_7() =>
        Fuzz.Run(
            10_000,
            [Pkcs7Of(Issued.Leaf), Pkcs7Of(Issued.Leaf, Issued.Middle.Certificate), Pkcs7Of()],
            file => _ = Pkcs7File.ReadCertificates(file).Count,
            typeof(AsnContentException)
        );

    [Fact]
    public void Submissions_of_any_kind() =>
        Fuzz.Run(
            5_000,
            [
                Text(Issued.Leaf.Pem),
                Text(Convert.ToBase64String(Issued.Leaf.Der.Span)),
                Text(Convert.ToBase64String(Pkcs7Of(Issued.Leaf))),
            ],
            bytes =>
            {
                var text = Encoding.UTF8.GetString(bytes);
                var findings = new List<Finding>();
                _ = SubmissionReader.ReadCertificate(text, findings);
                _ = SubmissionReader.ReadChain([text, text], findings);
                Assert.All(findings, finding => Assert.NotNull(finding.ToString()));
            }
        );

    [Fact]
    public void Requests_in_DER() =>
        Fuzz.Run(
            10_000,
            [Issued.Request.Der.ToArray()],
            der => _ = SigningRequest.FromDer(der).SignatureIsValid(),
            typeof(CertificateFormatException)
        );

    [Fact]
    public void Requests_in_PEM() =>
        Fuzz.Run(
            5_000,
            [Text(Issued.Request.Pem)],
            bytes => _ = SigningRequest.FromPem(Encoding.UTF8.GetString(bytes)).SubjectAlternativeNames.Count,
            typeof(CertificateFormatException)
        );

    [Fact]
    public void Trust_anchors() =>
        Fuzz.Run(
            3_000,
            [Text(Issued.Root.Certificate.Pem), Text(Issued.Middle.ChainPem)],
            bytes => _ = TrustAnchors.FromPem(Encoding.UTF8.GetString(bytes)),
            typeof(TrustAnchorException)
        );

    [Fact]
    public void Subjects_as_text() =>
        Fuzz.Run(
            15_000,
            [Text(Issued.Subject), Text(@"CN=a\,b+OU=\C3\A4,O=""x, y"",DC=#0403414243,1.2.3.4=z")],
            bytes => _ = SubjectRules.ParseSubject(Encoding.UTF8.GetString(bytes)).ToString(),
            typeof(DistinguishedNameException),
            typeof(NameException)
        );

    private static byte[] Pkcs7Of(params Certificate[] certificates)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using var wrapper = writer.PushSequence(tag);
            using var signed = writer.PushSequence();
            writer.WriteInteger(1);
            writer.PushSetOf().Dispose();
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.7.1");
            }

            using (writer.PushSetOf(tag))
            {
                foreach (var certificate in certificates)
                {
                    writer.WriteEncodedValue(certificate.Der.Span);
                }
            }

            writer.PushSetOf().Dispose();
        }

        return writer.Encode();
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
