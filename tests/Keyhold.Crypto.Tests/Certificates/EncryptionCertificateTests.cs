using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>The two certificates of an SM2 pair, told apart by their key usage.</summary>
public class EncryptionCertificateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("tongsuo/sm2/client_enc.crt", true)]
    [InlineData("tongsuo/sm2/server_enc.crt", true)]
    [InlineData("tongsuo/sm2/server_enc2.crt", true)]
    [InlineData("tongsuo/sm2/client_sign.crt", false)]
    [InlineData("tongsuo/sm2/server_sign.crt", false)]
    [InlineData("tongsuo/sm2/server_sign2.crt", false)]
    [InlineData("tjfoc/gmtls/websvr/certs/sm2_enc_cert.cer", true)]
    [InlineData("tjfoc/gmtls/websvr/certs/sm2_sign_cert.cer", false)]
    [InlineData("tjfoc/gmtls/gmcredentials/testdata/encrypt.cert", true)]
    [InlineData("tjfoc/gmtls/gmcredentials/testdata/sign.cert", false)]
    public void Those_of_others_say_what_they_are_for(string path, bool forEncryption)
    {
        var certificate = Assert.Single(PemReader.Read(VectorCertificates.Sm2(path)).Certificates);
        Assert.Equal(forEncryption, Certificate.Parse(certificate.Der).IsForEncryption);
    }

    [Theory]
    [InlineData("client_enc.crt")]
    [InlineData("server_enc.crt")]
    public void The_encryption_certificates_of_Tongsuo_are_accepted_with_their_chain(string file)
    {
        var judgement = new CertificateJudge(new FakeTimeProvider(Now)).Judge(
            new CertificateSubmission(
                ExpectedPublicKey: null,
                Request: null,
                VectorCertificates.Sm2("tongsuo/sm2/" + file),
                VectorCertificates.Sm2("tongsuo/sm2/chain-ca.crt")
            )
        );

        Assert.True(judgement.IsAccepted, string.Join('\n', judgement.Findings));
        Assert.Equal(2, judgement.Chain.Count);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(X509KeyUsageFlags.KeyEncipherment, true)]
    [InlineData(X509KeyUsageFlags.DataEncipherment, true)]
    [InlineData(X509KeyUsageFlags.KeyAgreement, true)]
    [InlineData(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true)]
    [InlineData(X509KeyUsageFlags.DigitalSignature, false)]
    [InlineData(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, false)]
    [InlineData(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, false)]
    [InlineData(X509KeyUsageFlags.EncipherOnly, false)]
    public void The_key_usage_decides_and_none_forbids_nothing(X509KeyUsageFlags? usage, bool forEncryption)
    {
        using var root = TestAuthority.CreateRoot(KeySpec.EcSm2, "CN=Root,O=Example,C=CN", new FakeTimeProvider(Now));
        using var key = PrivateKey.Generate(KeySpec.EcSm2);
        var request = SigningRequest.Create(key, DistinguishedName.Parse("CN=orders,O=Example,C=CN"), []);

        var certificate = root.Issue(request, change: template => template.KeyUsage = usage);

        Assert.Equal(forEncryption, certificate.IsForEncryption);
    }
}
