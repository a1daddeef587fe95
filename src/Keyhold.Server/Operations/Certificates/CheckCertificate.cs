using Keyhold.Crypto.Certificates;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>
/// Judges a certificate and its chain as UploadCertificate would, answers everything that was found, and changes
/// nothing. With a CertificateId, its key and its CSR are compared as well.
/// </summary>
internal sealed class CheckCertificate(
    CertificateStore certificates,
    PendingOwner owner,
    CertificateJudge judge,
    JudgementOptions options,
    TimeProvider time
) : IOperation<CheckCertificate.Request, JudgementAnswer>
{
    public OperationInfo Info { get; } =
        new("CheckCertificate", Effect.Reads) { Audited = ["CertificateId", "Certificate", "CertificateChain"] };

    internal sealed record Request(CertificateId? CertificateId, string Certificate, string? CertificateChain)
        : IOperationRequest
    {
        public Resource Resource => CertificateId is { } id ? Resource.Certificate(id) : Resource.AllCertificates;
    }

    public Request Parse(Parameters parameters) =>
        new(
            CertificateId.ParseOptional(parameters),
            parameters.Required("Certificate"),
            parameters.Optional("CertificateChain")
        );

    public async ValueTask<JudgementAnswer> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var row = request.CertificateId is { } id ? await certificates.RequireAsync(id, stop) : null;
        var judgement = judge.Judge(
            new CertificateSubmission(
                row is null ? (ReadOnlyMemory<byte>?)null : row.PublicKey,
                row is null || row.Csr.Length == 0 ? null : SigningRequest.FromPem(row.Csr),
                request.Certificate,
                request.CertificateChain
            )
        );
        if (await owner.DescribeAsync(judgement, caller, stop) is { } sentence)
        {
            judgement = WithOwner(judgement, sentence);
        }

        return new JudgementAnswer(JudgementReport.Of(judgement, options, time.GetUtcNow()));
    }

    private static Judgement WithOwner(Judgement judgement, string sentence) =>
        judgement with
        {
            Findings =
            [
                .. judgement.Findings.Select(finding =>
                    PendingOwner.IsKeyMismatch(finding)
                        ? finding with
                        {
                            Remedy = $"{finding.Remedy} {sentence}",
                        }
                        : finding
                ),
            ],
        };
}
