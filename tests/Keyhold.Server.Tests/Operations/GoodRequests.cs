using Keyhold.Crypto.Certificates;
using Keyhold.Server.Tests.Operations.Certificates;

namespace Keyhold.Server.Tests.Operations;

/// <summary>For each operation the parameters of a request that succeeds, and what must be there before it.</summary>
internal static class GoodRequests
{
    private const string Passphrase = "correct horse battery";
    private const string User = "alice";
    private const string Policy = "reads";
    private const string Document =
        """{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:Get*","Resource":"*"}]}""";

    private static readonly Dictionary<
        string,
        Func<KeyholdUnderTest, Scenario, Task<(string Name, string? Value)[]>>
    > All = new(StringComparer.Ordinal)
    {
        ["CreateCertificate"] = (_, _) => Just(("KeySpec", "EC_P256"), ("Subject", Scenario.Subject)),
        ["UploadCertificate"] = async (_, scenario) =>
        {
            var (id, csr) = await scenario.CreateAsync();
            var issuer = scenario.Root();
            return
            [
                ("CertificateId", id),
                ("Certificate", issuer.Issue(SigningRequest.FromPem(csr)).Pem),
                ("CertificateChain", issuer.ChainPem),
            ];
        },
        ["GetCertificate"] = OfActiveAsync,
        ["DescribeCertificate"] = OfActiveAsync,
        ["ListCertificates"] = (_, _) => Just(("Status", "ACTIVE"), ("PageSize", "5")),
        ["ListExpiringCertificates"] = (_, _) => Just(("WithinDays", "400")),
        ["UpdateCertificateStatus"] = async (_, scenario) =>
            [("CertificateId", (await scenario.ActiveAsync()).Id), ("Status", "INACTIVE")],
        ["DeleteCertificate"] = async (_, scenario) => [("CertificateId", (await scenario.CreateAsync()).Id)],
        ["CertificatePrivateKeySign"] = async (_, scenario) => Signing((await scenario.ActiveAsync()).Id),
        ["CertificatePublicKeyVerify"] = async (keyhold, scenario) =>
        {
            var signing = Signing((await scenario.ActiveAsync()).Id);
            var signed = (await keyhold.CallAsync("CertificatePrivateKeySign", signing)).Ok();
            return [.. signing, ("SignatureValue", signed["SignatureValue"])];
        },
        ["CertificatePublicKeyEncrypt"] = async (_, scenario) => Encrypting((await scenario.ActiveAsync("EC_SM2")).Id),
        ["CertificatePrivateKeyDecrypt"] = async (keyhold, scenario) =>
        {
            var encrypting = Encrypting((await scenario.ActiveAsync("EC_SM2")).Id);
            var encrypted = (await keyhold.CallAsync("CertificatePublicKeyEncrypt", encrypting)).Ok();
            return [.. encrypting[..2], ("CiphertextBlob", encrypted["CiphertextBlob"])];
        },
        ["ImportCertificate"] = async (keyhold, scenario) =>
        {
            var exporting = Exporting((await scenario.ActiveAsync()).Id);
            var exported = (await keyhold.CallAsync("ExportCertificate", exporting)).Ok();
            return [("PKCS12Blob", exported["PKCS12Blob"]), ("Passphrase", Passphrase)];
        },
        ["ImportEncryptionCertificate"] = async (_, scenario) =>
        {
            var (id, issuer, signing) = await scenario.ActiveAsync("EC_SM2");
            using var encryption = EncryptionCertificate.IssuedBy(issuer);
            var (symmetricKey, privateKey) = encryption.SplitFor(signing);
            return
            [
                ("CertificateId", id),
                ("Certificate", encryption.Certificate.Pem),
                ("CertificateChain", issuer.ChainPem),
                ("AsymmetricAlgorithm", "SM2PKE"),
                ("SymmetricAlgorithm", "SM4_ECB"),
                ("EncryptedPrivateKey", privateKey),
                ("EncryptedSymmetricKey", symmetricKey),
            ];
        },
        ["ExportCertificate"] = async (_, scenario) => Exporting((await scenario.ActiveAsync()).Id),
        ["TagResource"] = async (_, scenario) =>
            [
                ("CertificateId", (await scenario.CreateAsync()).Id),
                ("Tags", """[{"TagKey":"team","TagValue":"shop"}]"""),
            ],
        ["UntagResource"] = async (keyhold, scenario) =>
        {
            var (id, _) = await scenario.CreateAsync();
            (
                await keyhold.CallAsync(
                    "TagResource",
                    ("CertificateId", id),
                    ("Tags", """[{"TagKey":"team","TagValue":"web"}]""")
                )
            ).Ok();
            return [("CertificateId", id), ("TagKeys", """["team"]""")];
        },
        ["DescribeRegions"] = (_, _) => Just(),
        ["CheckCertificate"] = async (_, scenario) =>
        {
            var (id, issuer, certificate) = await scenario.ActiveAsync();
            return [("CertificateId", id), ("Certificate", certificate.Pem), ("CertificateChain", issuer.ChainPem)];
        },
        ["CreateAccessKey"] = (_, _) => Just(),
        ["ListAccessKeys"] = (_, _) => Just(),
        ["UpdateAccessKey"] = async (keyhold, _) =>
            [("UserAccessKeyId", await AccessKeyAsync(keyhold)), ("Status", "Inactive")],
        ["DeleteAccessKey"] = async (keyhold, _) => [("UserAccessKeyId", await AccessKeyAsync(keyhold))],
        ["GetAccessKeyLastUsed"] = async (keyhold, _) => [("UserAccessKeyId", await AccessKeyAsync(keyhold))],
        ["CreateUser"] = (_, _) => Just(("UserName", User), ("DisplayName", "Alice"), ("Comments", "signs")),
        ["GetUser"] = OfUserAsync,
        ["ListUsers"] = (_, _) => Just(("MaxItems", "5")),
        ["DeleteUser"] = OfUserAsync,
        ["AttachPolicyToUser"] = OfUserAndPolicyAsync,
        ["DetachPolicyFromUser"] = async (keyhold, scenario) =>
        {
            var attachment = await OfUserAndPolicyAsync(keyhold, scenario);
            (await keyhold.CallAsync("AttachPolicyToUser", attachment)).Ok();
            return attachment;
        },
        ["ListPoliciesForUser"] = OfUserAsync,
        ["CreatePolicy"] = (_, _) =>
            Just(("PolicyName", Policy), ("PolicyDocument", Document), ("Description", "reads")),
        ["GetPolicy"] = OfPolicyAsync,
        ["ListPolicies"] = (_, _) => Just(("PolicyType", "Custom"), ("MaxItems", "5")),
        ["DeletePolicy"] = async (keyhold, scenario) => (await OfPolicyAsync(keyhold, scenario))[1..],
        ["CreatePolicyVersion"] = async (keyhold, scenario) =>
            [.. (await OfPolicyAsync(keyhold, scenario))[1..], ("PolicyDocument", Document), ("SetAsDefault", "true")],
        ["GetPolicyVersion"] = async (keyhold, scenario) =>
            [.. await OfPolicyAsync(keyhold, scenario), ("VersionId", "v1")],
        ["ListPolicyVersions"] = OfPolicyAsync,
        ["DeletePolicyVersion"] = OfSecondVersionAsync,
        ["SetDefaultPolicyVersion"] = OfSecondVersionAsync,
        ["SimulatePolicy"] = async (keyhold, scenario) =>
            [
                .. await OfUserAsync(keyhold, scenario),
                ("SimulatedAction", "kms:GetCertificate"),
                ("SimulatedResource", "*"),
                ("SourceIp", "192.0.2.1"),
            ],
    };

    public static IEnumerable<string> Operations => All.Keys;

    public static Task<(string Name, string? Value)[]> ForAsync(
        string operation,
        KeyholdUnderTest keyhold,
        Scenario scenario
    ) => All[operation](keyhold, scenario);

    private static Task<(string, string?)[]> Just(params (string, string?)[] parameters) => Task.FromResult(parameters);

    private static async Task<(string, string?)[]> OfActiveAsync(KeyholdUnderTest keyhold, Scenario scenario) =>
        [("CertificateId", (await scenario.ActiveAsync()).Id)];

    private static async Task<(string Name, string? Value)[]> OfUserAsync(KeyholdUnderTest keyhold, Scenario scenario)
    {
        (await keyhold.CallAsync("CreateUser", ("UserName", User))).Ok();
        return [("UserName", User)];
    }

    /// <summary>PolicyType, which operations that only know custom policies do without, comes first.</summary>
    private static async Task<(string Name, string? Value)[]> OfPolicyAsync(KeyholdUnderTest keyhold, Scenario scenario)
    {
        (await keyhold.CallAsync("CreatePolicy", ("PolicyName", Policy), ("PolicyDocument", Document))).Ok();
        return [("PolicyType", "Custom"), ("PolicyName", Policy)];
    }

    private static async Task<(string Name, string? Value)[]> OfUserAndPolicyAsync(
        KeyholdUnderTest keyhold,
        Scenario scenario
    ) => [.. await OfUserAsync(keyhold, scenario), .. await OfPolicyAsync(keyhold, scenario)];

    private static async Task<(string Name, string? Value)[]> OfSecondVersionAsync(
        KeyholdUnderTest keyhold,
        Scenario scenario
    )
    {
        var policy = (await OfPolicyAsync(keyhold, scenario))[1..];
        (await keyhold.CallAsync("CreatePolicyVersion", [.. policy, ("PolicyDocument", Document)])).Ok();
        return [.. policy, ("VersionId", "v2")];
    }

    private static (string Name, string? Value)[] Signing(string id) =>
        [
            ("CertificateId", id),
            ("Algorithm", "ECDSA_SHA_256"),
            ("MessageType", "RAW"),
            ("Message", Scenario.Base64("message")),
        ];

    private static (string Name, string? Value)[] Encrypting(string id) =>
        [("CertificateId", id), ("Algorithm", "SM2PKE"), ("Plaintext", Scenario.Base64("plaintext"))];

    private static (string Name, string? Value)[] Exporting(string id) =>
        [("CertificateId", id), ("Passphrase", Passphrase), ("ExportFormat", "PKCS12")];

    private static async Task<string> AccessKeyAsync(KeyholdUnderTest keyhold)
    {
        var made = (await keyhold.CallAsync("CreateAccessKey")).Ok();
        return made.Json.GetProperty("AccessKey").GetProperty("AccessKeyId").GetString()!;
    }
}
