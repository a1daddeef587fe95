using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Server.Tests.Cli;

/// <summary>A certificate with its two-level CA, as files of a test: leaf.pem, issuer.pem, root.pem and leaf.csr.</summary>
internal sealed class CheckScenario
{
    public const string Root = "CN=测试根证书颁发机构,O=示例公司,C=CN";
    public const string Issuer = "CN=Test Issuer,O=Tests,C=DE";

    private CheckScenario(
        CliUnderTest cli,
        SigningRequest request,
        Certificate leaf,
        Certificate issuer,
        Certificate root
    )
    {
        Leaf = leaf;
        IssuerCertificate = issuer;
        RootCertificate = root;
        LeafFile = cli.Write("leaf.pem", leaf.Pem);
        IssuerFile = cli.Write("issuer.pem", issuer.Pem);
        RootFile = cli.Write("root.pem", root.Pem);
        CsrFile = cli.Write("leaf.csr", request.Pem);
    }

    public Certificate Leaf { get; }

    public Certificate IssuerCertificate { get; }

    public Certificate RootCertificate { get; }

    public string LeafFile { get; }

    public string IssuerFile { get; }

    public string RootFile { get; }

    public string CsrFile { get; }

    public static CheckScenario Make(CliUnderTest cli, TimeSpan? validFor = null)
    {
        using var root = TestAuthority.CreateRoot(KeySpec.EcP256, Root, cli.Time);
        using var issuer = root.CreateSubordinate(KeySpec.EcSm2, Issuer);
        using var key = PrivateKey.Generate(KeySpec.EcP256);
        var request = SigningRequest.Create(key, DistinguishedName.Parse(CertificateScenario.Subject), []);
        return new CheckScenario(cli, request, issuer.Issue(request, validFor), issuer.Certificate, root.Certificate);
    }
}
