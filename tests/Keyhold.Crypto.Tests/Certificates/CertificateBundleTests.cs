using CsCheck;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

public sealed class CertificateBundleTests : IDisposable
{
    private readonly TestAuthority root = TestAuthority.CreateRoot(
        KeySpec.EcP256,
        "CN=Root,O=Tests,C=DE",
        TimeProvider.System
    );
    private readonly TestAuthority issuer;
    private readonly PrivateKey key = PrivateKey.Generate(KeySpec.EcP256);
    private readonly Certificate leaf;

    public CertificateBundleTests()
    {
        issuer = root.CreateSubordinate(KeySpec.EcP256, "CN=Issuer,O=Tests,C=DE");
        leaf = issuer.Issue(SigningRequest.Create(key, DistinguishedName.Parse("CN=leaf,O=Tests,C=DE"), []));
    }

    [Fact]
    public void The_certificate_is_found_wherever_it_stands_and_the_others_keep_their_order() =>
        Gen.Shuffle(new[] { leaf, issuer.Certificate, root.Certificate })
            .Sample(all =>
            {
                var bundle = CertificateBundle.Split(string.Concat(all.Select(one => "text\r\n" + one.Pem)), null);
                return bundle.Certificate == leaf.Pem
                    && bundle.Rest == string.Concat(all.Where(one => one != leaf).Select(one => one.Pem))
                    && bundle.Place == Array.IndexOf(all, leaf)
                    && bundle.Count == 3;
            });

    [Fact]
    public void The_wanted_key_counts_more_than_whether_it_is_a_CA() =>
        Assert.Equal(
            root.Certificate.Pem,
            CertificateBundle.Split(leaf.Pem + root.Certificate.Pem, KeyOf(root.Certificate)).Certificate
        );

    [Fact]
    public void Of_CAs_alone_it_is_the_one_that_issued_no_other() =>
        Assert.Equal(
            issuer.Certificate.Pem,
            CertificateBundle.Split(root.Certificate.Pem + issuer.Certificate.Pem, null).Certificate
        );

    [Fact]
    public void A_key_that_none_has_changes_nothing()
    {
        using var other = PrivateKey.Generate(KeySpec.EcP256);
        Assert.Equal(leaf.Pem, CertificateBundle.Split(root.Certificate.Pem + leaf.Pem, other.PublicKey).Certificate);
    }

    [Fact]
    public void One_certificate_alone_stays_as_it_was_written()
    {
        var text = "before\r\n" + leaf.Pem;
        Assert.Equal(new CertificateBundle(text, null, 0, 1), CertificateBundle.Split(text, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void A_text_with_something_wrong_in_it_is_not_split(string wrong)
    {
        Assert.Equal(new CertificateBundle(wrong, null, 0, 1), CertificateBundle.Split(wrong, null));
        if (wrong.Contains("-----", StringComparison.Ordinal))
        {
            var text = leaf.Pem + root.Certificate.Pem + wrong;
            Assert.Equal(new CertificateBundle(text, null, 0, 1), CertificateBundle.Split(text, null));
        }
    }

    public void Dispose()
    {
        key.Dispose();
        issuer.Dispose();
        root.Dispose();
    }

    private static PublicKey KeyOf(Certificate certificate) =>
        PublicKey.FromSubjectPublicKeyInfo(certificate.SubjectPublicKeyInfo.Span);
}
