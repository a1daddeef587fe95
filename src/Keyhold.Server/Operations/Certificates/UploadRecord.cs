using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Makes the history entry of an accepted certificate.</summary>
internal static class UploadRecord
{
    /// <param name="known">The entry of the very same certificate, when it was uploaded before: it is replaced.</param>
    public static UploadRow Of(
        CertificateRow row,
        Certificate certificate,
        Judgement judgement,
        UploadRow? known,
        DateTimeOffset now
    ) =>
        new(
            row.CertificateId,
            known?.UploadId ?? row.Uploads + 1,
            certificate.Pem,
            string.Concat(judgement.Chain.Select(issuer => issuer.Pem)),
            certificate.Subject.ToString(),
            certificate.Issuer.ToString(),
            certificate.SerialHex,
            certificate.NotBefore,
            certificate.NotAfter,
            judgement.SignatureAlgorithm,
            certificate.SubjectAlternativeNames,
            certificate.SubjectKeyIdentifier is { } identifier ? Convert.ToHexString(identifier) : null,
            SHA256.HashData(certificate.Der.Span),
            [.. judgement.Warnings.Select(finding => finding.ToString())],
            now,
            Revision: known?.Revision ?? 0
        );
}
