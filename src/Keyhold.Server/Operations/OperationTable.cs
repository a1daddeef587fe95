using System.Collections.Frozen;
using Keyhold.Protocol;
using Keyhold.Server.Hosting;
using Keyhold.Server.Operations.AccessKeys;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Server.Operations.Regions;
using Keyhold.Server.Operations.Tags;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations;

/// <summary>The whole API on one page. An operation that is not here does not exist.</summary>
internal sealed class OperationTable
{
    /// <summary>The version of the API that Keyhold speaks.</summary>
    public const string Version = "2016-01-20";

    private readonly FrozenDictionary<string, RegisteredOperation> byName;

    public OperationTable(Parts parts) =>
        byName = Certificates(parts)
            .Concat(Tags(parts))
            .Concat(Regions(parts))
            .Concat(Checks(parts))
            .Concat(AccessKeys(parts))
            .ToFrozenDictionary(operation => operation.Info.Name, StringComparer.Ordinal);

    public IEnumerable<OperationInfo> All => byName.Values.Select(operation => operation.Info);

    /// <summary>The operation, or InvalidVersion, or InvalidAction.NotFound.</summary>
    public RegisteredOperation Find(string action, string version)
    {
        if (!string.Equals(version, Version, StringComparison.Ordinal))
        {
            throw new ApiException(
                ErrorCodes.InvalidVersion,
                $"{ErrorCodes.InvalidVersion.Text} Keyhold speaks version {Version}."
            );
        }

        return byName.TryGetValue(action, out var operation)
            ? operation
            : throw new ApiException(ErrorCodes.InvalidActionNotFound);
    }

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

    /// <summary>Keyhold's own: what an upload would say, without uploading.</summary>
    private static IEnumerable<RegisteredOperation> Checks(Parts p) =>
        [RegisteredOperation.Of(new CheckCertificate(p.Certificates, p.PendingOwner, p.Judge, p.Judgement, p.Time))];

    /// <summary>Keyhold's own group: RAM's operations on access keys, at the same endpoint.</summary>
    private static IEnumerable<RegisteredOperation> AccessKeys(Parts p) =>
        [
            RegisteredOperation.Of(new CreateAccessKey(p.AccessKeys)),
            RegisteredOperation.Of(new ListAccessKeys(p.AccessKeys)),
            RegisteredOperation.Of(new UpdateAccessKey(p.AccessKeys)),
            RegisteredOperation.Of(new DeleteAccessKey(p.AccessKeys)),
        ];
}
