using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Protocol;
using Keyhold.Server.Access;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Turns a judgement's errors into the one paragraph that the client reads.</summary>
internal sealed class UploadRefusal(CertificateStore certificates)
{
    /// <summary>So many findings fit into a paragraph that somebody still reads.</summary>
    private const int FindingsTold = 3;

    public async ValueTask<ApiException> ExplainAsync(Judgement judgement, Caller caller, CancellationToken stop)
    {
        var told = judgement.Errors.Take(FindingsTold).Select(finding => finding.ToString());
        var message = $"{ErrorCodes.InvalidParameter.Text} {string.Join(' ', told)}";
        if (
            judgement.Errors.Any(finding => string.Equals(finding.Code, Finding.KeyMismatch, StringComparison.Ordinal))
            && await FindOwnerAsync(judgement, caller, stop) is { } owner
        )
        {
            message += $" Its key belongs to certificate {owner}, which is PENDING: upload it there.";
        }

        return new ApiException(ErrorCodes.InvalidParameter, message);
    }

    /// <summary>The pending certificate that the key was made for, if the caller may know of it.</summary>
    private async ValueTask<CertificateId?> FindOwnerAsync(Judgement judgement, Caller caller, CancellationToken stop)
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
