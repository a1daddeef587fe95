using System.Text;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Server.Tests.Operations;

/// <summary>The steps that lead to a certificate in some status, through the API alone.</summary>
internal sealed class Scenario(KeyholdUnderTest keyhold) : IDisposable
{
    public const string Subject = "CN=orders.example.com,OU=Shop,O=Example,C=CN";
    public const string OtherId = "00000000-0000-4000-8000-000000000000";

    private readonly List<TestAuthority> authorities = [];

    public TestAuthority Root(string keySpec = "EC_P256", string subject = "CN=Example Root,O=Example,C=CN")
    {
        Assert.True(KeySpec.TryParse(keySpec, out var spec));
        var root = TestAuthority.CreateRoot(spec, subject, keyhold.Time);
        authorities.Add(root);
        return root;
    }

    public TestAuthority Subordinate(TestAuthority above, string subject = "CN=Example Issuing CA,O=Example,C=CN")
    {
        var subordinate = above.CreateSubordinate(KeySpec.EcP256, subject);
        authorities.Add(subordinate);
        return subordinate;
    }

    /// <summary>A PENDING certificate: its id and its CSR.</summary>
    public async Task<(string Id, string Csr)> CreateAsync(string keySpec = "EC_P256", bool? exportable = null)
    {
        var reply = await keyhold.CallAsync(
            "CreateCertificate",
            ("KeySpec", keySpec),
            ("Subject", Subject),
            ("ExportablePrivateKey", exportable?.ToString())
        );
        reply.Ok();
        return (reply["CertificateId"], reply["Csr"]);
    }

    /// <summary>An ACTIVE certificate, and who issued it.</summary>
    public async Task<(string Id, TestAuthority Issuer, Certificate Certificate)> ActiveAsync(
        string keySpec = "EC_P256",
        bool? exportable = null
    )
    {
        var (id, csr) = await CreateAsync(keySpec, exportable);
        var issuer = Root();
        var certificate = issuer.Issue(SigningRequest.FromPem(csr));
        (await UploadAsync(id, certificate, issuer)).Ok();
        return (id, issuer, certificate);
    }

    public Task<TestReply> UploadAsync(string id, Certificate certificate, TestAuthority? issuer) =>
        keyhold.CallAsync(
            "UploadCertificate",
            ("CertificateId", id),
            ("Certificate", certificate.Pem),
            ("CertificateChain", issuer?.ChainPem)
        );

    public async Task<TestReply> SetStatusAsync(string id, string status) =>
        (await keyhold.CallAsync("UpdateCertificateStatus", ("CertificateId", id), ("Status", status))).Ok();

    public Task<TestReply> DescribeAsync(string id) => keyhold.CallAsync("DescribeCertificate", ("CertificateId", id));

    /// <summary>A user with an access key and, when there are statements, a policy of its own with them.</summary>
    public async Task<TestUser> UserAsync(string name, params string[] statements)
    {
        (await keyhold.CallAsync("CreateUser", ("UserName", name))).Ok();
        if (statements.Length > 0)
        {
            (
                await keyhold.CallAsync(
                    "CreatePolicy",
                    ("PolicyName", name + "-policy"),
                    ("PolicyDocument", Document(statements))
                )
            ).Ok();
            await AttachAsync(name, "Custom", name + "-policy");
        }

        return await KeyAsync(name);
    }

    /// <summary>A further access key of a user.</summary>
    public async Task<TestUser> KeyAsync(string name)
    {
        var key = (await keyhold.CallAsync("CreateAccessKey", ("UserName", name))).Ok().Json.GetProperty("AccessKey");
        return new TestUser(
            name,
            key.GetProperty("AccessKeyId").GetString()!,
            key.GetProperty("AccessKeySecret").GetString()!
        );
    }

    public async Task AttachAsync(string user, string type, string policy) =>
        (
            await keyhold.CallAsync(
                "AttachPolicyToUser",
                ("UserName", user),
                ("PolicyType", type),
                ("PolicyName", policy)
            )
        ).Ok();

    public static string Statement(string effect, string action, string resource, string condition = "{}") =>
        $"{{\"Effect\":\"{effect}\",\"Action\":\"{action}\",\"Resource\":\"{resource}\",\"Condition\":{condition}}}";

    public static string Document(params string[] statements) =>
        $"{{\"Version\":\"1\",\"Statement\":[{string.Join(',', statements)}]}}";

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public void Dispose() => authorities.ForEach(authority => authority.Dispose());
}
