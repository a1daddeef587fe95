using System.Globalization;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>A key with its request and a certificate from a two-stage authority, made once for all tests.</summary>
internal static class Issued
{
    public const string Subject = "CN=userName,OU=kms,O=aliyun,C=CN";

    public static readonly DateTimeOffset Now = DateTimeOffset.Parse(
        "2026-06-01T12:00:00Z",
        CultureInfo.InvariantCulture
    );

    public static readonly PrivateKey Key = PrivateKey.Generate(KeySpec.EcP256);

    public static readonly SigningRequest Request = SigningRequest.Create(
        Key,
        SubjectRules.ParseSubject(Subject),
        ["a.example.com", "192.0.2.1"]
    );

    public static readonly TestAuthority Root = TestAuthority.CreateRoot(
        KeySpec.EcP256,
        "CN=Root,O=Test,C=CN",
        Clock()
    );

    public static readonly TestAuthority Middle = Root.CreateSubordinate(KeySpec.EcP256, "CN=Middle,O=Test,C=CN");

    public static readonly Certificate Leaf = Middle.Issue(Request);

    public static FakeTimeProvider Clock(DateTimeOffset? now = null) => new(now ?? Now);

    public static Judgement Judge(
        string certificate,
        string? chain,
        SigningRequest? request = null,
        DateTimeOffset? now = null
    ) =>
        new CertificateJudge(Clock(now)).Judge(
            new CertificateSubmission(
                (request ?? Request).PublicKey.SubjectPublicKeyInfo,
                request ?? Request,
                certificate,
                chain
            )
        );

    /// <summary>Any key, no request: only the certificates themselves are judged.</summary>
    public static Judgement JudgeAlone(string certificate, string? chain, DateTimeOffset now) =>
        new CertificateJudge(Clock(now)).Judge(new CertificateSubmission(null, null, certificate, chain));

    /// <summary>As a verifier would: any key, paths must end in one of the anchors.</summary>
    public static Judgement JudgeAnchored(
        JudgementProfile profile,
        string certificate,
        IReadOnlyList<string> chain,
        IReadOnlyList<string> anchors,
        DateTimeOffset now
    ) =>
        new CertificateJudge(
            Clock(now),
            new JudgementOptions(
                profile,
                anchors.Count == 0 ? TrustAnchors.None : TrustAnchors.FromPem(string.Join('\n', anchors))
            )
        ).JudgeCertificates(certificate, chain);
}
