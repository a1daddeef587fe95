using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Server.Access;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>
/// Which pending certificate a key was made for, when a certificate holds another key than expected: often two CSRs were
/// mixed up. Told only to a caller who may see that certificate.
/// </summary>
internal sealed class PendingOwner(CertificateStore certificates)
{
    /// <summary>A sentence to add to the finding or refusal; null when there is nothing to tell.</summary>
    public async ValueTask<string?> DescribeAsync(Judgement judgement, Caller caller, CancellationToken stop) =>
        judgement.Errors.Any(IsKeyMismatch) && await FindAsync(judgement, caller, stop) is { } owner
            ? $"Its key belongs to certificate {owner}, which is PENDING: upload it there."
            : null;

    /// <summary>Whether it is the finding that the sentence belongs to.</summary>
    public static bool IsKeyMismatch(Finding finding) =>
        string.Equals(finding.Code, Finding.KeyMismatch, StringComparison.Ordinal);

    private async ValueTask<CertificateId?> FindAsync(Judgement judgement, Caller caller, CancellationToken stop)
    {
        if (judgement.Certificate is not { } certificate || PublicKeyOf(certificate) is not { } publicKey)
        {
            return null;
        }

        var row = await certificates.FindByPublicKeyAsync(SHA256.HashData(publicKey.SubjectPublicKeyInfo.Span), stop);
        if (row is null || !string.Equals(row.Status, CertificateStatus.Pending, StringComparison.Ordinal))
        {
            return null;
        }

        var id = new CertificateId(row.CertificateId);
        return await caller.MayAsync(DescribeCertificate.Description, Resource.Certificate(id), stop) ? id : null;
    }

    /// <summary>The key in the one encoding that rows are found by; null for a kind that is never kept here.</summary>
    private static PublicKey? PublicKeyOf(Certificate certificate)
    {
        try
        {
            return PublicKey.FromSubjectPublicKeyInfo(certificate.SubjectPublicKeyInfo.Span);
        }
        catch (KeyFormatException)
        {
            return null;
        }
    }
}
