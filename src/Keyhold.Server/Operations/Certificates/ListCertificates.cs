using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Lists certificates, the newest first, by page; filters are texts that Subject or Issuer contain, and Status.</summary>
internal sealed class ListCertificates(CertificateStore certificates)
    : IOperation<ListCertificates.Request, ListCertificates.Response>
{
    private const int DefaultPageSize = 10;
    private const int MaximumPageSize = 100;

    private static readonly string[] Statuses =
    [
        CertificateStatus.Pending,
        CertificateStatus.Active,
        CertificateStatus.Inactive,
        CertificateStatus.Revoked,
    ];

    public OperationInfo Info { get; } =
        new("ListCertificates", Effect.Reads) { Audited = ["Subject", "Issuer", "Status", "PageNumber", "PageSize"] };

    internal sealed record Request(CertificateFilter Filter, int PageNumber, int PageSize) : IOperationRequest
    {
        public Resource Resource => Resource.AllCertificates;
    }

    internal sealed record Response(CertificatePage Page, int PageNumber, int PageSize) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Number("TotalSize", Page.TotalSize);
            answer.Number("PageNumber", PageNumber);
            answer.Number("PageSize", PageSize);
            answer.Objects("CertificateSummaryList", "CertificateSummary", Page.Items, WriteSummary);
        }

        private static void WriteSummary(AnswerWriter answer, (CertificateRow Certificate, UploadRow? Current) item)
        {
            var (row, current) = item;
            answer.Text("CertificateId", row.CertificateId);
            answer.Text("Subject", current?.Subject ?? row.Subject);
            answer.Text("Issuer", current?.Issuer);
            answer.Text("KeySpec", row.KeySpec);
            answer.Text("ProtectionLevel", ProtectionLevel.Software);
            answer.Text("NotBefore", current is null ? null : UtcText.Of(current.NotBefore));
            answer.Text("NotAfter", current is null ? null : UtcText.Of(current.NotAfter));
            answer.Text("Status", row.Status);
        }
    }

    public Request Parse(Parameters parameters) =>
        new(
            new CertificateFilter(
                parameters.Optional("Subject"),
                parameters.Optional("Issuer"),
                parameters.OptionalOneOf("Status", Statuses)
            ),
            parameters.Integer("PageNumber", otherwise: 1, minimum: 1, maximum: int.MaxValue),
            parameters.Integer("PageSize", DefaultPageSize, minimum: 1, MaximumPageSize)
        );

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var page = await certificates.ListAsync(request.Filter, request.PageNumber, request.PageSize, stop);
        return new Response(page, request.PageNumber, request.PageSize);
    }
}
