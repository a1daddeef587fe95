using System.Collections.Frozen;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Access.Policies;

/// <summary>The policies of type System: the same on every Keyhold, and never changed. docs/access.md shows them too.</summary>
internal static class BuiltInPolicies
{
    /// <summary>They came with the program, not on a day of their own.</summary>
    private static readonly DateTimeOffset Since = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    /// <summary>By name.</summary>
    public static IReadOnlyList<PolicyRow> All { get; } =
    [
        Of(
            "AliyunKMSFullAccess",
            "Everything that the service can do with certificates; no users, access keys or policies.",
            """
            {
              "Version": "1",
              "Statement": [
                { "Effect": "Allow", "Action": "kms:*", "Resource": "*" }
              ]
            }
            """
        ),
        Of(
            "AliyunKMSReadOnlyAccess",
            "Looking at certificates, and judging others; no key is used and nothing is changed.",
            """
            {
              "Version": "1",
              "Statement": [
                {
                  "Effect": "Allow",
                  "Action": ["kms:Describe*", "kms:List*", "kms:GetCertificate", "kms:CheckCertificate"],
                  "Resource": "*"
                }
              ]
            }
            """
        ),
        Of(
            "KeyholdCertificateSigner",
            "Signing and verifying with every certificate, and looking at each; not listing, exporting or decrypting.",
            """
            {
              "Version": "1",
              "Statement": [
                {
                  "Effect": "Allow",
                  "Action": [
                    "kms:CertificatePrivateKeySign",
                    "kms:CertificatePublicKeyVerify",
                    "kms:DescribeCertificate",
                    "kms:GetCertificate"
                  ],
                  "Resource": "acs:kms:*:*:certificate/*"
                }
              ]
            }
            """
        ),
    ];

    private static readonly FrozenDictionary<string, NamedPolicy> ByName = All.Select(row => new NamedPolicy(
            PolicyType.System,
            row.PolicyName,
            PolicyVersionId.Of(row.DefaultVersion),
            PolicyDocument.Parse(row.Versions[0].Document)
        ))
        .ToFrozenDictionary(policy => policy.Name, StringComparer.Ordinal);

    public static PolicyRow? Find(string name) =>
        All.FirstOrDefault(row => string.Equals(row.PolicyName, name, StringComparison.Ordinal));

    public static NamedPolicy? Compiled(string name) => ByName.GetValueOrDefault(name);

    private static PolicyRow Of(string name, string description, string document) =>
        new(
            name,
            description,
            [new PolicyVersionRow(1, document, Since)],
            DefaultVersion: 1,
            LastVersion: 1,
            Since,
            Since,
            Revision: 1
        );
}
