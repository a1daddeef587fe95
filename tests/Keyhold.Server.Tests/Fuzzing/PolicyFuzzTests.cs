using System.Text;
using Keyhold.Server.Access.Policies;
using Keyhold.Tests.Fuzzing;

namespace Keyhold.Server.Tests.Fuzzing;

/// <summary>Broken policy documents end in a document or in a refusal that names the place.</summary>
public sealed class PolicyFuzzTests
{
    internal const string Conditional = """
        {
          "Version": "1",
          "Statement": [
            {
              "Effect": "Allow",
              "Action": ["kms:CertificatePrivateKeySign", "kms:Get*"],
              "Resource": "acs:kms:*:*:certificate/*",
              "Condition": {
                "IpAddress": {"acs:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]},
                "Bool": {"acs:SecureTransport": "true"},
                "DateLessThan": {"acs:CurrentTime": "2030-01-01T00:00:00+08:00"},
                "StringLike": {"acs:ResourceTag/team": "shop?"},
                "NumericLessThan": {"kms:tag/level": "3"}
              }
            },
            {"Effect": "Deny", "NotAction": "kms:List*", "Resource": ["*"]}
          ]
        }
        """;

    private const string Small = """{"Version":"1","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""";

    [Fact]
    public void Broken_policy_documents() =>
        Fuzz.Run(
            20_000,
            [Encoding.UTF8.GetBytes(Conditional), Encoding.UTF8.GetBytes(Small)],
            bytes => Assert.NotNull(PolicyDocument.Parse(Encoding.UTF8.GetString(bytes)).Statements),
            typeof(PolicyDocumentException)
        );
}
