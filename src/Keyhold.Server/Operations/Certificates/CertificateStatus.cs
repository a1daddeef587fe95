using Keyhold.Protocol;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>The statuses of a certificate and what each allows: the one place that decides it.</summary>
internal static class CertificateStatus
{
    public const string Pending = "PENDING";
    public const string Active = "ACTIVE";
    public const string Inactive = "INACTIVE";
    public const string Revoked = "REVOKED";

    /// <summary>The statuses that UpdateCertificateStatus can set.</summary>
    public static readonly IReadOnlyList<string> Settable = [Inactive, Active, Revoked];

    /// <summary>Sign, decrypt: ACTIVE only.</summary>
    public static void RequirePrivateKeyUsable(CertificateRow row) => Require(row, Active);

    /// <summary>Encrypt, export, import of an encryption certificate: not for a revoked certificate.</summary>
    public static void RequireNotRevoked(CertificateRow row) => Require(row, Active, Inactive);

    /// <summary>Verify: signatures made before a revocation can still be looked at.</summary>
    public static void RequireImported(CertificateRow row) => Require(row, Active, Inactive, Revoked);

    /// <summary>Upload: in every status but REVOKED, which is final.</summary>
    public static void RequireUploadable(CertificateRow row) => Require(row, Pending, Active, Inactive);

    /// <summary>ACTIVE and INACTIVE change into each other and into REVOKED; the same status again succeeds.</summary>
    public static void RequireChangeable(CertificateRow row, string status)
    {
        if (string.Equals(row.Status, Pending, StringComparison.Ordinal))
        {
            throw new ApiException(
                ErrorCodes.RejectedStateModifiedFailed,
                $"{ErrorCodes.RejectedStateModifiedFailed.Text} The certificate is PENDING: import the certificate that the CA issued with UploadCertificate first."
            );
        }

        if (
            string.Equals(row.Status, Revoked, StringComparison.Ordinal)
            && !string.Equals(status, Revoked, StringComparison.Ordinal)
        )
        {
            throw new ApiException(
                ErrorCodes.RejectedStateModifiedFailed,
                $"{ErrorCodes.RejectedStateModifiedFailed.Text} The certificate is REVOKED, which is final: create a new certificate."
            );
        }
    }

    private static void Require(CertificateRow row, params ReadOnlySpan<string> allowed)
    {
        if (!allowed.Contains(row.Status, StringComparer.Ordinal))
        {
            throw Refusal(row.Status);
        }
    }

    private static ApiException Refusal(string status) =>
        status switch
        {
            Pending => new ApiException(
                ErrorCodes.RejectedPendingImport,
                $"{ErrorCodes.RejectedPendingImport.Text} The certificate is PENDING: import the certificate that the CA issued with UploadCertificate first."
            ),
            Inactive => new ApiException(
                ErrorCodes.RejectedDisabled,
                $"{ErrorCodes.RejectedDisabled.Text} The certificate is INACTIVE: set it to ACTIVE with UpdateCertificateStatus first."
            ),
            Revoked => new ApiException(
                ErrorCodes.RejectedRevoked,
                $"{ErrorCodes.RejectedRevoked.Text} The certificate is REVOKED, which is final: create a new certificate."
            ),
            _ => throw new InvalidOperationException($"No such certificate status: {status}."),
        };
}
