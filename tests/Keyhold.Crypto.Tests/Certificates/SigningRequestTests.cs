using System.Formats.Asn1;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Certificates;

public class SigningRequestTests
{
    private static readonly DistinguishedName Subject = SubjectRules.ParseSubject(
        "CN=a\\, b,OU=\u90e8\u95e8,O=aliyun,C=CN,E=a@example.com"
    );

    public static TheoryData<string> Specs() => [.. KeySpec.All.Select(spec => spec.Name)];

    [Theory]
    [MemberData(nameof(Specs))]
    public void OpenSSL_verifies_requests_and_reads_what_they_ask_for(string spec)
    {
        using var openssl = new OpenSslProgram();
        using var key = Generate(spec);
        openssl.Write("plain.pem", SigningRequest.Create(key, Subject, []).Pem);
        openssl.Write("names.pem", SigningRequest.Create(key, Subject, ["a.example.com", "2001:db8::1"]).Pem);
        string[] identity = key.Spec == KeySpec.EcSm2 ? ["-vfyopt", "distid:1234567812345678"] : [];

        openssl.Run(["req", "-in", "plain.pem", "-noout", "-verify", .. identity]);
        openssl.Run(["req", "-in", "names.pem", "-noout", "-verify", .. identity]);
        var plain = openssl.Run("req", "-in", "plain.pem", "-noout", "-text", "-nameopt", "RFC2253,utf8,-esc_msb");
        var names = openssl.Run("req", "-in", "names.pem", "-noout", "-text");
        Assert.Contains(
            "CN=a\\, b,OU=\u90e8\u95e8,O=aliyun,C=CN,emailAddress=a@example.com",
            plain,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("Subject Alternative Name", plain, StringComparison.Ordinal);
        Assert.Contains("DNS:a.example.com, IP Address:2001:DB8:0:0:0:0:0:1", names, StringComparison.Ordinal);
        Assert.DoesNotContain("critical", names, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void A_request_read_back_is_the_same(string spec)
    {
        using var key = Generate(spec);
        var request = SigningRequest.Create(key, Subject, ["a.example.com", "192.0.2.1"]);
        var again = SigningRequest.FromPem(request.Pem.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal(request.Der.ToArray(), again.Der.ToArray());
        Assert.Equal(Subject.Der.ToArray(), again.Subject.Der.ToArray());
        Assert.Equal(["a.example.com", "192.0.2.1"], again.SubjectAlternativeNames);
        Assert.Equal(key.PublicKey.SubjectPublicKeyInfo.ToArray(), again.PublicKey.SubjectPublicKeyInfo.ToArray());
        Assert.True(again.SignatureIsValid());
        Assert.StartsWith("-----BEGIN CERTIFICATE REQUEST-----\n", request.Pem, StringComparison.Ordinal);
        Assert.EndsWith("-----END CERTIFICATE REQUEST-----\n", request.Pem, StringComparison.Ordinal);
        Assert.All(request.Pem.Split('\n'), line => Assert.True(line.Length <= 64));
    }

    [Fact]
    public void Without_names_the_empty_attributes_are_there()
    {
        using var key = PrivateKey.Generate(KeySpec.EcP256);
        var body = new AsnReader(SigningRequest.Create(key, Subject, []).Der, AsnEncodingRules.DER)
            .ReadSequence()
            .ReadSequence();
        body.ReadEncodedValue();
        body.ReadEncodedValue();
        body.ReadEncodedValue();
        Assert.Equal("A000", Convert.ToHexString(body.ReadEncodedValue().Span));
    }

    [Fact]
    public void The_SM2_algorithm_has_no_parameters()
    {
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        var outer = new AsnReader(SigningRequest.Create(key, Subject, []).Der, AsnEncodingRules.DER).ReadSequence();
        outer.ReadEncodedValue();
        Assert.Equal("300A06082A811CCF55018375", Convert.ToHexString(outer.ReadEncodedValue().Span));
    }

    [Fact]
    public void The_CSR_that_Alibaba_made_reads_and_verifies()
    {
        var pem = SharedVectors.Text("sm2/emmansun-gmsm/x509_additional-L45-CERTIFICATE_REQUEST.pem");
        Assert.True(SigningRequest.FromPem(pem).SignatureIsValid());
    }

    [Fact]
    public void A_changed_request_does_not_verify()
    {
        var der = Issued.Request.Der.ToArray();
        der[^1] ^= 1;
        Assert.False(SigningRequest.FromDer(der).SignatureIsValid());
        der[^1] ^= 1;
        der[der.AsSpan().IndexOf("userName"u8)] ^= 1;
        Assert.False(SigningRequest.FromDer(der).SignatureIsValid());
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n")]
    public void Text_that_is_no_request_is_refused(string text) =>
        Assert.NotEmpty(Assert.Throws<CertificateFormatException>(() => SigningRequest.FromPem(text)).Reason);

    private static PrivateKey Generate(string spec)
    {
        Assert.True(KeySpec.TryParse(spec, out var parsed));
        return PrivateKey.Generate(parsed);
    }
}
