using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Makes the history entry of an accepted certificate.</summary>
internal static class UploadRecord
{
    /// <summary>A certificate that the history has already keeps its entry and its number; a new one gets the next.</summary>
    public static UploadRow Of(
        string certificateId,
        Judgement judgement,
        Certificate certificate,
        IReadOnlyList<UploadRow> history,
        DateTimeOffset now
    )
    {
        var fingerprint = SHA256.HashData(certificate.Der.Span);
        var known = history.FirstOrDefault(entry => entry.Sha256.AsSpan().SequenceEqual(fingerprint));
        return new UploadRow(
            certificateId,
            known?.UploadId ?? history.Count + 1,
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
            fingerprint,
            [.. judgement.Warnings.Select(finding => finding.ToString())],
            now,
            Revision: known?.Revision ?? 1
        );
    }
}
