using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

public class CertificateTests
{
    [Fact]
    public void Reads_what_the_platform_reads()
    {
        foreach (var pem in VectorCertificates.Archive("letsencrypt-certs.tar.gz").Values)
        {
            var certificate = Certificate.Parse(PemReader.Read(pem).Certificates[0].Der);
            using var platform = X509CertificateLoader.LoadCertificate(certificate.Der.Span);
            // The platform shows the byte that only carries the sign.
            var serial = platform.SerialNumber;
            Assert.Equal(
                serial.StartsWith("00", StringComparison.Ordinal) ? serial[2..] : serial,
                certificate.SerialHex
            );
            Assert.Equal(platform.NotBefore.ToUniversalTime(), certificate.NotBefore.UtcDateTime);
            Assert.Equal(platform.NotAfter.ToUniversalTime(), certificate.NotAfter.UtcDateTime);
            Assert.Equal(platform.SubjectName.RawData, certificate.Subject.Der.ToArray());
            Assert.Equal(platform.IssuerName.RawData, certificate.Issuer.Der.ToArray());
            Assert.Equal(platform.PublicKey.ExportSubjectPublicKeyInfo(), certificate.SubjectPublicKeyInfo.ToArray());
            Assert.Equal(platform.GetCertHash(HashAlgorithmName.SHA256), certificate.Sha256Fingerprint);
            var ski = platform.Extensions.OfType<X509SubjectKeyIdentifierExtension>().SingleOrDefault();
            Assert.Equal(ski?.SubjectKeyIdentifierBytes.ToArray(), certificate.SubjectKeyIdentifier);
            var usage = platform.Extensions.OfType<X509KeyUsageExtension>().SingleOrDefault();
            Assert.Equal(usage?.KeyUsages, certificate.KeyUsage);
            Assert.Equal(platform.ExportCertificatePem() + "\n", certificate.Pem);
        }
    }

    [Theory]
    [InlineData("01", "01")]
    [InlineData("00", "00")]
    [InlineData("00FF", "FF")]
    [InlineData("0A", "0A")]
    [InlineData("0102030405060708090A0B0C0D0E0F1011121314", "0102030405060708090A0B0C0D0E0F1011121314")]
    public void Writes_serial_numbers_in_even_upper_case_hexadecimal(string serial, string expected) =>
        Assert.Equal(expected, Issue(t => t.Serial = Convert.FromHexString(serial)).SerialHex);

    [Fact]
    public void Shows_names_with_the_common_name_first() =>
        Assert.Equal("CN=userName,OU=kms,O=aliyun,C=CN", Issued.Leaf.Subject.ToString());

    [Theory]
    [InlineData(1949, 2051)]
    [InlineData(1950, 2049)]
    [InlineData(2026, 9999)]
    public void Reads_times_of_both_forms(int from, int until)
    {
        var certificate = Issue(t =>
        {
            t.NotBefore = new DateTimeOffset(from, 1, 2, 3, 4, 5, TimeSpan.Zero);
            t.NotAfter = new DateTimeOffset(until, 12, 31, 23, 59, 59, TimeSpan.Zero);
        });
        Assert.Equal(from, certificate.NotBefore.Year);
        Assert.Equal(until, certificate.NotAfter.Year);
    }

    [Fact]
    public void A_path_length_beyond_any_path_is_read_as_very_long()
    {
        var value = Convert.FromHexString("300D0101FF02080FFFFFFFFFFFFFFF");
        var certificate = Issue(t =>
        {
            t.IsAuthority = null;
            t.ExtraExtensions.Add(new("2.5.29.19", true, value));
        });
        Assert.Equal(ushort.MaxValue, certificate.BasicConstraints!.PathLength);
    }

    public static TheoryData<string, Action<CertificateTemplate>> Malformed() =>
        new()
        {
            { "twice", t => t.ExtraExtensions.Add(new("2.5.29.15", true, Convert.FromHexString("03020780"))) },
            { "2.5.29.19", t => Replace(t, "2.5.29.19", "3003010101") },
            { "2.5.29.19", t => Replace(t, "2.5.29.19", "30060101FF0201FF") },
            { "2.5.29.19", t => Replace(t, "2.5.29.19", "3000FF") },
            { "2.5.29.15", t => Replace(t, "2.5.29.15", "0500") },
            { "2.5.29.17", t => Replace(t, "2.5.29.17", "3000") },
            { "2.5.29.17", t => Replace(t, "2.5.29.17", "30058703010203") },
            { "2.5.29.17", t => Replace(t, "2.5.29.17", "30048202FFFF") },
            { "2.5.29.17", t => Replace(t, "2.5.29.17", "30058203610062") },
            { "2.5.29.14", t => Replace(t, "2.5.29.14", "0401") },
            { "2.5.29.35", t => Replace(t, "2.5.29.35", "0401AA") },
            { "version 2", t => t.Version = 2 },
            { "version", t => t.Version = 7 },
        };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Names_the_part_that_is_malformed(string part, Action<CertificateTemplate> change) =>
        Assert.Contains(
            part,
            Assert.Throws<CertificateFormatException>(() => Issue(change)).Reason,
            StringComparison.Ordinal
        );

    [Fact]
    public void Bytes_behind_the_certificate_are_refused() =>
        Assert.Throws<CertificateFormatException>(() => Certificate.Parse(new byte[] { 0x30, 0x00, 0x00 }));

    [Fact]
    public void A_certificate_that_is_too_long_is_refused() =>
        Assert.Contains(
            "at most",
            Assert.Throws<CertificateFormatException>(() => Certificate.Parse(new byte[200_000])).Reason,
            StringComparison.Ordinal
        );

    private static void Replace(CertificateTemplate template, string oid, string hex)
    {
        template.IsAuthority = oid is "2.5.29.19" ? null : template.IsAuthority;
        template.KeyUsage = oid is "2.5.29.15" ? null : template.KeyUsage;
        template.SubjectKeyIdentifier = oid is "2.5.29.14" ? null : template.SubjectKeyIdentifier;
        template.AuthorityKeyIdentifier = oid is "2.5.29.35" ? null : template.AuthorityKeyIdentifier;
        if (oid is "2.5.29.17")
        {
            template.SubjectAlternativeNames.Clear();
        }
        template.ExtraExtensions.Add(new CertificateExtension(oid, false, Convert.FromHexString(hex)));
    }

    private static Certificate Issue(Action<CertificateTemplate> change) =>
        Issued.Middle.Issue(Issued.Request, null, change);
}
