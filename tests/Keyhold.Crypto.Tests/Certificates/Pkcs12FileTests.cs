using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Certificates;

public class Pkcs12FileTests
{
    private const string Passphrase = "p\u00e4ss \u5bc6\u7801 phrase";
    private static readonly byte[] Written = Pkcs12File.Write(
        Issued.Key,
        Issued.Leaf,
        [Issued.Middle.Certificate, Issued.Root.Certificate],
        Passphrase
    );

    [Fact]
    public void What_is_written_reads_back()
    {
        using var content = Pkcs12File.Read(Written, Passphrase);
        Assert.Equal(
            Issued.Key.PublicKey.SubjectPublicKeyInfo.ToArray(),
            content.Key.PublicKey.SubjectPublicKeyInfo.ToArray()
        );
        Assert.Equal(Issued.Leaf.Der.ToArray(), content.Certificate.Der.ToArray());
        Assert.Equal(
            [Issued.Middle.Certificate.Sha256Fingerprint, Issued.Root.Certificate.Sha256Fingerprint],
            content.Others.Select(certificate => certificate.Sha256Fingerprint)
        );
    }

    [Theory]
    [InlineData("RSA_2048")]
    [InlineData("EC_P256")]
    [InlineData("EC_SM2")]
    public void OpenSSL_reads_what_is_written_and_the_reverse(string spec)
    {
        using var openssl = new OpenSslProgram();
        Assert.True(KeySpec.TryParse(spec, out var parsed));
        using var key = PrivateKey.Generate(parsed);
        var leaf = Issued.Middle.Issue(SigningRequest.Create(key, Issued.Request.Subject, []));
        openssl.Write("ours.p12", Pkcs12File.Write(key, leaf, [Issued.Middle.Certificate], Passphrase));
        openssl.Write("pass", Passphrase);
        var info = openssl.Run("pkcs12", "-in", "ours.p12", "-passin", "file:pass", "-noenc", "-out", "all.pem");
        Assert.Empty(info);
        openssl.Run("pkcs12", "-export", "-in", "all.pem", "-out", "theirs.p12", "-passout", "file:pass");
        using var content = Pkcs12File.Read(openssl.Read("theirs.p12"), Passphrase);
        Assert.Equal(
            key.PublicKey.SubjectPublicKeyInfo.ToArray(),
            content.Key.PublicKey.SubjectPublicKeyInfo.ToArray()
        );
        Assert.Equal(leaf.Der.ToArray(), content.Certificate.Der.ToArray());
        Assert.Single(content.Others);
    }

    [Theory]
    [InlineData("-legacy")]
    [InlineData("-legacy", "-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1")]
    [InlineData("-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-2DES")]
    [InlineData("-certpbe", "AES-128-CBC", "-keypbe", "AES-192-CBC", "-macalg", "sha512")]
    [InlineData("-certpbe", "NONE", "-keypbe", "NONE")]
    [InlineData("-certpbe", "DES-EDE3-CBC", "-keypbe", "DES-EDE3-CBC", "-macalg", "sha384")]
    [InlineData("-iter", "1", "-maciter")]
    public void Reads_the_encryptions_of_older_programs(params string[] options)
    {
        using var openssl = new OpenSslProgram();
        WriteParts(openssl);
        openssl.Write("pass", Passphrase);
        openssl.Run([
            "pkcs12",
            "-export",
            "-in",
            "leaf.pem",
            "-inkey",
            "key.pem",
            "-out",
            "a.p12",
            "-passout",
            "file:pass",
            .. options,
        ]);
        using var content = Pkcs12File.Read(openssl.Read("a.p12"), Passphrase);
        Assert.Equal(Issued.Leaf.Der.ToArray(), content.Certificate.Der.ToArray());
    }

    [Fact]
    public void Reads_an_empty_passphrase()
    {
        using var openssl = new OpenSslProgram();
        WriteParts(openssl);
        openssl.Run("pkcs12", "-export", "-in", "leaf.pem", "-inkey", "key.pem", "-out", "a.p12", "-passout", "pass:");
        using var content = Pkcs12File.Read(openssl.Read("a.p12"), "");
        Assert.Equal(Issued.Leaf.Der.ToArray(), content.Certificate.Der.ToArray());
    }

    [Theory]
    [InlineData("-nomac", "no MAC")]
    [InlineData("-nokeys", "no private key")]
    [InlineData("-nocerts", "none of the 0 certificates")]
    [InlineData("-iter 600000", "iterations")]
    public void Names_what_is_missing_or_too_much(string options, string reason)
    {
        using var openssl = new OpenSslProgram();
        WriteParts(openssl);
        string[] keyOption = options is "-nokeys" ? [] : ["-inkey", "key.pem"];
        openssl.Run([
            "pkcs12",
            "-export",
            "-in",
            "leaf.pem",
            .. keyOption,
            "-out",
            "a.p12",
            "-passout",
            "pass:a",
            .. options.Split(' '),
        ]);
        AssertRefused(openssl.Read("a.p12"), "a", reason);
    }

    [Fact]
    public void A_wrong_passphrase_is_named()
    {
        AssertRefused(Written, "wrong", "passphrase is wrong");
        AssertRefused(Written, "", "passphrase is wrong");
    }

    [Fact]
    public void Two_keys_are_named() =>
        AssertRefused(
            Export([NewCertificate(ECCurve.NamedCurves.nistP256), NewCertificate(ECCurve.NamedCurves.nistP256)]),
            "a",
            "2 private keys"
        );

    [Fact]
    public void A_key_of_another_kind_is_named() =>
        AssertRefused(Export([NewCertificate(ECCurve.NamedCurves.nistP384)]), "a", "cannot be taken in");

    [Fact]
    public void A_key_without_its_certificate_is_named()
    {
        using var other = PrivateKey.Generate(KeySpec.EcP256);
        AssertRefused(Pkcs12File.Write(other, Issued.Leaf, [], "a"), "a", "none of the 1 certificates");
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("3000")]
    [InlineData("3003020103")]
    [InlineData("3080308030803080")]
    [InlineData("3005020103A000")]
    public void Bytes_that_are_no_file_are_refused(string hex) => AssertRefused(Convert.FromHexString(hex), "a", "");

    [Fact]
    public void Nesting_without_end_is_refused_without_falling_over()
    {
        var nested = new byte[400_000];
        for (var i = 0; i < nested.Length; i += 2)
        {
            nested[i] = 0x30;
            nested[i + 1] = 0x80;
        }
        AssertRefused(nested, "a", "");
        AssertRefused([0x30, 0x80, 0x02, 0x01, 0x03, .. nested], "a", "");
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused() =>
        AssertRefused(new byte[Pkcs12File.MaximumBytes + 1], "a", "at most");

    [Fact]
    public void Damaged_files_are_refused_and_never_an_exception_of_another_kind()
    {
        using var certificate = NewCertificate(ECCurve.NamedCurves.nistP256);
        var file = certificate.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, "a");
        for (var i = 0; i < 1000; i++)
        {
            var damaged = file.ToArray();
            // The head holds the structure; behind it nearly everything is ciphertext that the MAC covers.
            damaged[RandomNumberGenerator.GetInt32(i % 2 == 0 ? 60 : damaged.Length)] ^= (byte)
                RandomNumberGenerator.GetInt32(1, 256);
            AssertRefused(damaged[..(i % 10 == 0 ? damaged.Length - (i % 300) - 1 : damaged.Length)], "a", "");
        }
    }

    private static void AssertRefused(byte[] file, string passphrase, string reason)
    {
        var refusal = Assert.Throws<Pkcs12Exception>(() => Pkcs12File.Read(file, passphrase));
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Remedy, StringComparison.Ordinal);
    }

    private static void WriteParts(OpenSslProgram openssl)
    {
        openssl.Write("leaf.pem", Issued.Leaf.Pem);
        var pkcs8 = Issued.Key.ExportPkcs8();
        openssl.Write("key.pem", PemEncoding.WriteString("PRIVATE KEY", pkcs8));
    }

    private static X509Certificate2 NewCertificate(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            Issued.Now,
            Issued.Now.AddDays(1)
        );
    }

    private static byte[] Export(X509Certificate2[] certificates) =>
        new X509Certificate2Collection(certificates).Export(X509ContentType.Pkcs12, "a")!;
}
