using System.Collections.Frozen;
using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Hosting;
using Keyhold.Server.Operations.AccessKeys;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Server.Operations.Policies;
using Keyhold.Server.Operations.Regions;
using Keyhold.Server.Operations.Tags;
using Keyhold.Server.Operations.Users;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations;

/// <summary>The whole API on one page. An operation that is not here does not exist.</summary>
internal sealed class OperationTable
{
    private readonly FrozenDictionary<string, RegisteredOperation> kms;
    private readonly FrozenDictionary<string, RegisteredOperation> ram;

    public OperationTable(Parts parts)
    {
        ram = RamOf(parts.Account);
        kms = Certificates(parts)
            .Concat(Tags(parts))
            .Concat(Regions(parts))
            .Concat(Checks(parts))
            .Concat(ram.Values.Where(IsInBothVersions))
            .ToFrozenDictionary(operation => operation.Info.Name, StringComparer.Ordinal);
    }

    public IEnumerable<OperationInfo> All => kms.Values.Union(ram.Values).Select(operation => operation.Info);

    /// <summary>The operation, or InvalidVersion, or InvalidAction.NotFound.</summary>
    public RegisteredOperation Find(string action, string version)
    {
        var operations = version switch
        {
            ApiVersion.Kms => kms,
            ApiVersion.Ram => ram,
            _ => throw new ApiException(
                ErrorCodes.InvalidVersion,
                $"{ErrorCodes.InvalidVersion.Text} Keyhold speaks version {ApiVersion.Kms}, and {ApiVersion.Ram} for users, access keys and policies."
            ),
        };
        return operations.TryGetValue(action, out var operation)
            ? operation
            : throw new ApiException(ErrorCodes.InvalidActionNotFound);
    }

    /// <summary>RAM's operations, which need nothing but the account.</summary>
    public static FrozenDictionary<string, RegisteredOperation> RamOf(AccountParts account) =>
        AccessKeys(account)
            .Concat(Users(account))
            .Concat(Policies(account))
            .ToFrozenDictionary(operation => operation.Info.Name, StringComparer.Ordinal);

    private static IEnumerable<RegisteredOperation> Certificates(Parts p) =>
        [
            RegisteredOperation.Of(new CreateCertificate(p.Certificates, p.Keys, p.Vault, p.Installation, p.Time)),
            RegisteredOperation.Of(new UploadCertificate(p.Certificates, p.Judge, p.UploadRefusal, p.Time)),
            RegisteredOperation.Of(new GetCertificate(p.EncryptionCertificates)),
            RegisteredOperation.Of(new DescribeCertificate(p.EncryptionCertificates, p.Installation)),
            RegisteredOperation.Of(new ListCertificates(p.Certificates)),
            RegisteredOperation.Of(new UpdateCertificateStatus(p.Certificates, p.Vault, p.Time)),
            RegisteredOperation.Of(new DeleteCertificate(p.Certificates, p.Vault)),
            RegisteredOperation.Of(new CertificatePrivateKeySign(p.Certificates, p.Vault, p.Validity)),
            RegisteredOperation.Of(new CertificatePublicKeyVerify(p.Certificates)),
            RegisteredOperation.Of(new CertificatePublicKeyEncrypt(p.EncryptionCertificates)),
            RegisteredOperation.Of(new CertificatePrivateKeyDecrypt(p.EncryptionCertificates, p.Vault, p.Validity)),
            RegisteredOperation.Of(
                new ImportCertificate(p.Judge, p.UploadRefusal, p.Importer, p.Derivation, p.Installation)
            ),
            RegisteredOperation.Of(
                new ImportEncryptionCertificate(
                    p.EncryptionCertificates,
                    p.EncryptionRules,
                    p.EncryptionImporter,
                    p.Vault,
                    p.Installation
                )
            ),
            RegisteredOperation.Of(new ExportCertificate(p.EncryptionCertificates, p.Vault, p.Derivation)),
        ];

    private static IEnumerable<RegisteredOperation> Tags(Parts p) =>
        [
            RegisteredOperation.Of(new TagResource(p.Certificates, p.Time)),
            RegisteredOperation.Of(new UntagResource(p.Certificates, p.Time)),
        ];

    private static IEnumerable<RegisteredOperation> Regions(Parts p) =>
        [RegisteredOperation.Of(new DescribeRegions(p.Installation))];

    /// <summary>Keyhold's own: what an upload would say, without uploading, and what expires.</summary>
    private static IEnumerable<RegisteredOperation> Checks(Parts p) =>
        [
            RegisteredOperation.Of(new CheckCertificate(p.Certificates, p.PendingOwner, p.Judge, p.Judgement, p.Time)),
            RegisteredOperation.Of(new ListExpiringCertificates(p.Expiries, p.Time)),
        ];

    private static IEnumerable<RegisteredOperation> AccessKeys(AccountParts a) =>
        [
            RegisteredOperation.Of(new CreateAccessKey(a.AccessKeys, a.Installation)),
            RegisteredOperation.Of(new ListAccessKeys(a.AccessKeys, a.Users, a.Installation)),
            RegisteredOperation.Of(new UpdateAccessKey(a.AccessKeys, a.Installation)),
            RegisteredOperation.Of(new DeleteAccessKey(a.AccessKeys, a.Installation)),
            RegisteredOperation.Of(new GetAccessKeyLastUsed(a.AccessKeys, a.AccessKeyUses, a.Installation)),
        ];

    private static IEnumerable<RegisteredOperation> Users(AccountParts a) =>
        [
            RegisteredOperation.Of(new CreateUser(a.Users)),
            RegisteredOperation.Of(new GetUser(a.Users)),
            RegisteredOperation.Of(new ListUsers(a.Users)),
            RegisteredOperation.Of(new DeleteUser(a.Users)),
            RegisteredOperation.Of(new AttachPolicyToUser(a.Users)),
            RegisteredOperation.Of(new DetachPolicyFromUser(a.Users)),
            RegisteredOperation.Of(new ListPoliciesForUser(a.Users, a.Policies)),
        ];

    private static IEnumerable<RegisteredOperation> Policies(AccountParts a) =>
        [
            RegisteredOperation.Of(new CreatePolicy(a.Policies)),
            RegisteredOperation.Of(new GetPolicy(a.Policies, a.Users)),
            RegisteredOperation.Of(new ListPolicies(a.Policies, a.Users)),
            RegisteredOperation.Of(new DeletePolicy(a.Policies)),
            RegisteredOperation.Of(new CreatePolicyVersion(a.Policies)),
            RegisteredOperation.Of(new GetPolicyVersion(a.Policies)),
            RegisteredOperation.Of(new ListPolicyVersions(a.Policies)),
            RegisteredOperation.Of(new DeletePolicyVersion(a.Policies)),
            RegisteredOperation.Of(new SetDefaultPolicyVersion(a.Policies)),
            RegisteredOperation.Of(new SimulatePolicy(a.Users, a.UserPolicies, a.Time)),
        ];

    /// <summary>Keyhold had these before it had users, and answered them under KMS's version.</summary>
    private static bool IsInBothVersions(RegisteredOperation operation) =>
        operation.Info.Name is "CreateAccessKey" or "ListAccessKeys" or "UpdateAccessKey" or "DeleteAccessKey";
}
