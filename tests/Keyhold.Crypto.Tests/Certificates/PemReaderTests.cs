using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Certificates;

public class PemReaderTests
{
    private static readonly string Pem = Issued.Leaf.Pem;
    private static readonly string Body = Pem.Replace("-----BEGIN CERTIFICATE-----\n", "", StringComparison.Ordinal)
        .Replace("-----END CERTIFICATE-----\n", "", StringComparison.Ordinal);

    [Fact]
    public void Reads_the_layouts_that_OpenSSL_reads_and_names_what_is_wrong_with_the_others()
    {
        foreach (var layout in SharedVectors.Json("pem-layout.json").GetProperty("certs").EnumerateArray())
        {
            var text = Encoding.UTF8.GetString(layout.GetProperty("b64").GetBytesFromBase64());
            var (certificates, problems) = PemReader.Read(text);
            var file = layout.GetProperty("file").GetString();
            if (layout.GetProperty("accept").GetBoolean())
            {
                Assert.True(problems.Count == 0, file);
                Assert.NotNull(Certificate.Parse(Assert.Single(certificates).Der));
            }
            else
            {
                Assert.True(certificates.Count == 0, file);
                Assert.True(Assert.Single(problems).IsFatal, file);
            }
        }
    }

    public static TheoryData<string, string> Layouts() =>
        new()
        {
            { "CRLF", Pem.Replace("\n", "\r\n", StringComparison.Ordinal) },
            { "CR only", Pem.Replace("\n", "\r", StringComparison.Ordinal) },
            { "CRLF translated twice", Pem.Replace("\n", "\r\r\n", StringComparison.Ordinal) },
            { "a blank line after each line", Pem.Replace("\n", "\n\n", StringComparison.Ordinal) },
            { "one line with blanks", Pem.Replace('\n', ' ').Trim() },
            { "one line without anything", Pem.Replace("\n", "", StringComparison.Ordinal) },
            { "BOM", "\ufeff" + Pem },
            { "no final newline", Pem.TrimEnd() },
            { "text around", "Subject: CN=a\n\n" + Pem + "\nBest regards\n" },
            { "indented", Pem.Replace("\n", "\n\t  ", StringComparison.Ordinal) },
            { "X509 CERTIFICATE", Pem.Replace("CERTIFICATE", "X509 CERTIFICATE", StringComparison.Ordinal) },
            {
                "headers",
                $"-----BEGIN CERTIFICATE-----\nComment: from the CA\nX-Id: 1\n\n{Body}-----END CERTIFICATE-----\n"
            },
            { "base64 alone", Body },
            { "base64 alone on one line", Convert.ToBase64String(Issued.Leaf.Der.Span) },
            { "PKCS#7", PemEncoding.WriteString("PKCS7", Pkcs7(Issued.Leaf)) },
            { "PKCS#7 as CMS", PemEncoding.WriteString("CMS", Pkcs7(Issued.Leaf)) },
            { "PKCS#7 labelled CERTIFICATE", PemEncoding.WriteString("CERTIFICATE", Pkcs7(Issued.Leaf)) },
            { "PKCS#7 as base64 alone", Convert.ToBase64String(Pkcs7(Issued.Leaf)) },
            { "blank lines at the edges", $"-----BEGIN CERTIFICATE-----\n\n{Body}\n\n-----END CERTIFICATE-----\n" },
        };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Reads_what_people_have(string layout, string text)
    {
        var (certificates, problems) = PemReader.Read(text);
        Assert.True(problems.Count == 0, layout + ": " + string.Join(", ", problems));
        Assert.Equal(Issued.Leaf.Der.ToArray(), Assert.Single(certificates).Der.ToArray());
    }

    public static TheoryData<string, string, string> Unreadable() =>
        new()
        {
            { "NoPem", "", "empty" },
            { "NoPem", "\r\n \t", "empty" },
            { "NoPem", "hello", "no PEM block" },
            { "PemDamaged", Body.Remove(200, 1), "base64 without BEGIN and END" },
            { "RequestFound", Convert.ToBase64String(Issued.Request.Der.Span), "CSR" },
            { "PublicKeyFound", Convert.ToBase64String(Issued.Leaf.SubjectPublicKeyInfo.Span), "public key" },
            { "PrivateKeyFound", Convert.ToBase64String(Issued.Key.ExportPkcs8()), "private key" },
            { "RequestFound", PemEncoding.WriteString("CERTIFICATE", Issued.Request.Der.Span), "CSR" },
            { "RequestFound", Issued.Request.Pem, "CSR" },
            {
                "RequestFound",
                Issued.Request.Pem.Replace("BEGIN CERT", "BEGIN NEW CERT", StringComparison.Ordinal),
                "CSR"
            },
            { "PublicKeyFound", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n", "public key" },
            { "Pkcs7Unreadable", "-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n", "PKCS#7" },
            { "Pkcs7Unreadable", PemEncoding.WriteString("PKCS7", Pkcs7()), "no certificate" },
            { "RevocationListFound", "-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n", "revocation list" },
            { "ForeignBlock", "-----BEGIN EC PARAMETERS-----\nMIIB\n-----END EC PARAMETERS-----\n", "no certificate" },
            { "EscapedLineBreaks", Pem.Replace("\n", "\\n", StringComparison.Ordinal), "\\ and n" },
            { "EscapedLineBreaks", Pem.Replace("\n", "\\r\\n", StringComparison.Ordinal), "\\ and n" },
            { "PemDamaged", Pem.Replace("-----", "----", StringComparison.Ordinal), "five hyphens" },
            { "PemDamaged", Pem.Replace("-----", "\u2014\u2014", StringComparison.Ordinal), "five hyphens" },
            {
                "PemDamaged",
                Pem.Replace("END CERTIFICATE", "END X509 CRL", StringComparison.Ordinal),
                "does not match"
            },
            { "PemDamaged", Pem.Replace("-----END CERTIFICATE-----", "", StringComparison.Ordinal), "no END line" },
            { "PemDamaged", "-----BEGIN CERTIFICATE-----\n" + Pem, "no END line" },
            { "PemDamaged", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "is empty" },
            { "PemDamaged", Pem.Remove(200, 1), "missing or too many" },
            { "PemDamaged", Pem.Replace("\n", "\n> ", StringComparison.Ordinal), "breaks at line 2" },
            { "PemDamaged", Pem.Remove(230, 1).Insert(230, "!"), "breaks at line 5" },
        };

    [Fact]
    public void Reads_all_certificates_of_a_PKCS7_file()
    {
        Certificate[] path = [Issued.Root.Certificate, Issued.Leaf, Issued.Middle.Certificate];
        var (certificates, problems) = PemReader.Read(Convert.ToBase64String(Pkcs7(path)));
        Assert.Empty(problems);
        Assert.Equal(
            path.Select(certificate => Convert.ToHexString(certificate.Der.Span)).Order(StringComparer.Ordinal),
            certificates.Select(block => Convert.ToHexString(block.Der.Span)).Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
    }

    private static byte[] Pkcs7(params Certificate[] certificates)
    {
        var collection = new X509Certificate2Collection();
        foreach (var certificate in certificates)
        {
            collection.Add(X509CertificateLoader.LoadCertificate(certificate.Der.Span));
        }
        return collection.Export(X509ContentType.Pkcs7)!;
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void Names_what_it_cannot_read(string code, string text, string reason)
    {
        var (_, problems) = PemReader.Read(text);
        var problem = problems[0];
        Assert.Equal(code, problem.Code);
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
        Assert.EndsWith(".", problem.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("ENCRYPTED PRIVATE KEY")]
    [InlineData("RSA PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    public void Names_a_private_key_without_echoing_it(string label)
    {
        var text = $"{Pem}-----BEGIN {label}-----\nc2VjcmV0\n-----END {label}-----\n";
        var (certificates, problems) = PemReader.Read(text);
        Assert.Single(certificates);
        var problem = Assert.Single(problems);
        Assert.True(problem.IsFatal);
        Assert.Equal("PrivateKeyFound", problem.Code);
        Assert.DoesNotContain("c2VjcmV0", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plus_that_became_a_blank_is_suspected()
    {
        var damaged = Pem.Remove(230, 1).Insert(230, " ");
        Assert.Contains(
            "percent-encode",
            Assert.Single(PemReader.Read(damaged).Problems).Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Finds_many_in_order_with_their_lines()
    {
        var (certificates, problems) = PemReader.Read($"one\n{Pem}two\n{Pem}{Pem}");
        Assert.Empty(problems);
        Assert.Equal(3, certificates.Count);
        Assert.Equal(2, certificates[0].Line);
        Assert.True(certificates[0].Line < certificates[1].Line);
    }

    [Fact]
    public void A_long_text_of_broken_begins_is_read_in_one_pass()
    {
        var text = string.Concat(Enumerable.Repeat("-----BEGIN CERTIFICATE-----\n", 30_000));
        Assert.NotEmpty(PemReader.Read(text).Problems);
    }
}
