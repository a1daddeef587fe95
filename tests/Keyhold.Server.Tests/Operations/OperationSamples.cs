namespace Keyhold.Server.Tests.Operations;

/// <summary>
/// For each operation a request that binds, about something that does not exist, and the resources that it is about: the
/// law of refusals walks over all of them.
/// </summary>
internal static class OperationSamples
{
    public const string User = "sample-user";
    public const string Policy = "sample-policy";
    private const string Certificates = "acs:kms:cn-hangzhou:1000000000000001:certificate";
    private const string AnyDocument =
        """{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}""";

    internal sealed record Sample(string[] Resources, params (string Name, string? Value)[] Parameters);

    private static Sample OfBoth { get; } =
        new(
            [$"acs:ram::1000000000000001:user/{User}", $"acs:ram::1000000000000001:policy/{Policy}"],
            ("UserName", User),
            ("PolicyType", "Custom"),
            ("PolicyName", Policy)
        );

    /// <summary>By operation; <c>{id}</c> stands for the id of a certificate.</summary>
    public static IReadOnlyDictionary<string, Sample> All { get; } =
        new Dictionary<string, Sample>(StringComparer.Ordinal)
        {
            ["CreateCertificate"] = new([Certificates], ("KeySpec", "EC_P256"), ("Subject", Scenario.Subject)),
            ["UploadCertificate"] = OfCertificate(("Certificate", "any")),
            ["GetCertificate"] = OfCertificate(),
            ["DescribeCertificate"] = OfCertificate(),
            ["ListCertificates"] = new([Certificates]),
            ["UpdateCertificateStatus"] = OfCertificate(("Status", "INACTIVE")),
            ["DeleteCertificate"] = OfCertificate(),
            ["CertificatePrivateKeySign"] = OfCertificate(
                ("Algorithm", "ECDSA_SHA_256"),
                ("Message", "AAAA"),
                ("MessageType", "RAW")
            ),
            ["CertificatePublicKeyVerify"] = OfCertificate(
                ("Algorithm", "ECDSA_SHA_256"),
                ("Message", "AAAA"),
                ("MessageType", "RAW"),
                ("SignatureValue", "AAAA")
            ),
            ["CertificatePublicKeyEncrypt"] = OfCertificate(("Algorithm", "SM2PKE"), ("Plaintext", "AAAA")),
            ["CertificatePrivateKeyDecrypt"] = OfCertificate(("Algorithm", "SM2PKE"), ("CiphertextBlob", "AAAA")),
            ["ImportCertificate"] = new([Certificates], ("PKCS12Blob", "AAAA"), ("Passphrase", "any")),
            ["ImportEncryptionCertificate"] = OfCertificate(
                ("Certificate", "any"),
                ("AsymmetricAlgorithm", "SM2PKE"),
                ("SymmetricAlgorithm", "SM4_ECB"),
                ("EncryptedPrivateKey", "AAAA"),
                ("EncryptedSymmetricKey", "AAAA")
            ),
            ["ExportCertificate"] = OfCertificate(("Passphrase", "a-passphrase")),
            ["CheckCertificate"] = OfCertificate(("Certificate", "any")),
            ["ListExpiringCertificates"] = new([Certificates]),
            ["TagResource"] = OfCertificate(("Tags", """[{"TagKey":"a","TagValue":"b"}]""")),
            ["UntagResource"] = OfCertificate(("TagKeys", """["a"]""")),
            ["DescribeRegions"] = new(["*"]),
            ["CreateAccessKey"] = OfUser(),
            ["ListAccessKeys"] = OfUser(),
            ["UpdateAccessKey"] = OfUser(("UserAccessKeyId", "KHnone"), ("Status", "Inactive")),
            ["DeleteAccessKey"] = OfUser(("UserAccessKeyId", "KHnone")),
            ["GetAccessKeyLastUsed"] = OfUser(("UserAccessKeyId", "KHnone")),
            ["CreateUser"] = OfUser(),
            ["GetUser"] = OfUser(),
            ["ListUsers"] = new(["acs:ram::1000000000000001:user/*"]),
            ["DeleteUser"] = OfUser(),
            ["AttachPolicyToUser"] = OfBoth,
            ["DetachPolicyFromUser"] = OfBoth,
            ["ListPoliciesForUser"] = OfUser(),
            ["CreatePolicy"] = OfPolicy(("PolicyDocument", AnyDocument)),
            ["GetPolicy"] = OfPolicy(("PolicyType", "Custom")),
            ["ListPolicies"] = new(["acs:ram::1000000000000001:policy/*"]),
            ["DeletePolicy"] = OfPolicy(),
            ["CreatePolicyVersion"] = OfPolicy(("PolicyDocument", AnyDocument)),
            ["GetPolicyVersion"] = OfPolicy(("PolicyType", "Custom"), ("VersionId", "v1")),
            ["ListPolicyVersions"] = OfPolicy(("PolicyType", "Custom")),
            ["DeletePolicyVersion"] = OfPolicy(("VersionId", "v2")),
            ["SetDefaultPolicyVersion"] = OfPolicy(("VersionId", "v2")),
            ["SimulatePolicy"] = OfUser(("SimulatedAction", "kms:GetCertificate"), ("SimulatedResource", "*")),
        };

    /// <summary>The kinds of cases that walking over the samples covers.</summary>
    public static IEnumerable<CaseKind> CasesOf(string operation) =>
        All.ContainsKey(operation) ? [CaseKind.RefusedByPolicy] : [];

    private static Sample OfCertificate(params (string, string?)[] more) =>
        new([Certificates + "/{id}"], [("CertificateId", "{id}"), .. more]);

    private static Sample OfUser(params (string, string?)[] more) =>
        new([$"acs:ram::1000000000000001:user/{User}"], [("UserName", User), .. more]);

    private static Sample OfPolicy(params (string, string?)[] more) =>
        new([$"acs:ram::1000000000000001:policy/{Policy}"], [("PolicyName", Policy), .. more]);
}
