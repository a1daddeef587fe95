using Keyhold.Protocol;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Reads of the store that end in the API's own errors.</summary>
internal static class CertificateLookup
{
    /// <summary>The certificate's row, or Certificate.NotFound.</summary>
    public static async ValueTask<CertificateRow> RequireAsync(
        this CertificateStore certificates,
        CertificateId id,
        CancellationToken stop
    ) => await certificates.FindAsync(id.Value, stop) ?? throw new ApiException(ErrorCodes.CertificateNotFound);

    /// <summary>The certificate's row with its current upload (none while PENDING), or Certificate.NotFound.</summary>
    public static async ValueTask<(CertificateRow Certificate, UploadRow? Current)> RequireWithCurrentAsync(
        this CertificateStore certificates,
        CertificateId id,
        CancellationToken stop
    ) =>
        await certificates.FindWithCurrentAsync(id.Value, stop)
        ?? throw new ApiException(ErrorCodes.CertificateNotFound);

    /// <summary>The same with its encryption certificate, if it has one.</summary>
    public static async ValueTask<CertificatePair> RequirePairAsync(
        this EncryptionCertificateStore certificates,
        CertificateId id,
        CancellationToken stop
    ) => await certificates.FindPairAsync(id.Value, stop) ?? throw new ApiException(ErrorCodes.CertificateNotFound);

    /// <summary>Why an update did not happen: the certificate was deleted meanwhile, or somebody else changed it first.</summary>
    public static async ValueTask<ApiException> ConflictAsync(
        this CertificateStore certificates,
        CertificateId id,
        CancellationToken stop
    ) =>
        await certificates.FindAsync(id.Value, stop) is null
            ? new ApiException(ErrorCodes.CertificateNotFound)
            : new ApiException(
                ErrorCodes.RejectedStateModifiedFailed,
                $"{ErrorCodes.RejectedStateModifiedFailed.Text} Another request changed the certificate at the same moment: look at it and try again."
            );
}
