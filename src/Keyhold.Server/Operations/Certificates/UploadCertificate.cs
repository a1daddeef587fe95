using Keyhold.Crypto.Certificates;
using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>
/// Imports the certificate that a CA issued for a certificate's CSR, and its chain. The first upload makes the
/// certificate ACTIVE; later ones renew it, and what was current stays as history.
/// </summary>
internal sealed class UploadCertificate(
    CertificateStore certificates,
    CertificateJudge judge,
    UploadRefusal refusal,
    TimeProvider time
) : IOperation<UploadCertificate.Request, EmptyAnswer>
{
    /// <summary>A renewal a day for nearly three years; each upload reads the whole history.</summary>
    private const int MaximumHistory = 1_000;

    public OperationInfo Info { get; } =
        new("UploadCertificate", Effect.ChangesState)
        {
            Audited = ["CertificateId", "Certificate", "CertificateChain"],
        };

    internal sealed record Request(CertificateId CertificateId, string Certificate, string? CertificateChain)
        : IOperationRequest
    {
        public Resource Resource => Resource.Certificate(CertificateId);
    }

    public Request Parse(Parameters parameters) =>
        new(
            CertificateId.Parse(parameters),
            parameters.Required("Certificate"),
            parameters.Optional("CertificateChain")
        );

    public async ValueTask<EmptyAnswer> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        // 1. The stored row says whether an upload is possible at all.
        var row = await certificates.RequireAsync(request.CertificateId, stop);
        CertificateStatus.RequireUploadable(row);

        // 2. Judge before touching anything: a refused certificate leaves nothing behind.
        var judgement = judge.Judge(
            new CertificateSubmission(
                row.PublicKey,
                row.Csr.Length == 0 ? null : SigningRequest.FromPem(row.Csr),
                request.Certificate,
                request.CertificateChain
            )
        );
        if (!judgement.IsAccepted || judgement.Certificate is not { } certificate)
        {
            throw await refusal.ExplainAsync(judgement, caller, stop);
        }

        // 3. The same certificate again is the same history entry, perhaps with another chain.
        var history = await certificates.ListUploadsAsync(row.CertificateId, stop);
        var now = time.GetUtcNow();
        var upload = UploadRecord.Of(row.CertificateId, judgement, certificate, history, now);
        if (upload.UploadId > MaximumHistory)
        {
            throw new ApiException(
                ErrorCodes.RejectedLimitExceeded,
                $"{ErrorCodes.RejectedLimitExceeded.Text} The certificate's history is full with {MaximumHistory} uploads: create a new certificate."
            );
        }

        // 4. One transaction: history entry, current certificate, status. Whoever changed the row meanwhile has won.
        var changed = row with
        {
            Status = string.Equals(row.Status, CertificateStatus.Pending, StringComparison.Ordinal)
                ? CertificateStatus.Active
                : row.Status,
            CurrentUpload = upload.UploadId,
            UpdatedAt = now,
        };
        if (!await certificates.UpdateAsync(changed, upload, stop))
        {
            throw await certificates.ConflictAsync(request.CertificateId, stop);
        }

        return EmptyAnswer.Instance;
    }
}
