using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Expiry;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>
/// Keyhold's own: what expires within so many days, expired ones included, the soonest first, by page. Certificates and
/// every member of their chains; not those that are PENDING or REVOKED.
/// </summary>
internal sealed class ListExpiringCertificates(ExpiryCalendar calendar, TimeProvider time)
    : IOperation<ListExpiringCertificates.Request, ListExpiringCertificates.Response>
{
    private const int DefaultDays = 30;

    /// <summary>A hundred years: no certificate lives longer.</summary>
    private const int MaximumDays = 36_500;
    private const int DefaultPageSize = 10;
    private const int MaximumPageSize = 100;

    public OperationInfo Info { get; } =
        new("ListExpiringCertificates", Effect.Reads) { Audited = ["WithinDays", "PageNumber", "PageSize"] };

    internal sealed record Request(int WithinDays, int PageNumber, int PageSize) : IOperationRequest
    {
        public Resource Resource => Resource.AllCertificates;
    }

    internal sealed record Response(
        Request Asked,
        int TotalSize,
        IReadOnlyList<ExpiringMember> Page,
        DateTimeOffset Now
    ) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Number("TotalSize", TotalSize);
            answer.Number("PageNumber", Asked.PageNumber);
            answer.Number("PageSize", Asked.PageSize);
            answer.Objects("ExpiringCertificateList", "ExpiringCertificate", Page, WriteMember);
        }

        private void WriteMember(AnswerWriter answer, ExpiringMember member)
        {
            answer.Text("CertificateId", member.CertificateId);
            answer.Text("Status", member.Status);
            answer.Text("Member", member.Name);
            answer.Text("Subject", member.Subject);
            answer.Text("Serial", member.Serial);
            answer.Text("NotAfter", UtcText.Of(member.NotAfter));
            answer.Number("DaysLeft", member.DaysLeft(Now));
        }
    }

    public Request Parse(Parameters parameters) =>
        new(
            parameters.Integer("WithinDays", DefaultDays, minimum: 0, MaximumDays),
            parameters.Integer("PageNumber", otherwise: 1, minimum: 1, maximum: int.MaxValue),
            parameters.Integer("PageSize", DefaultPageSize, minimum: 1, MaximumPageSize)
        );

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var reading = await calendar.ReadAsync(stop);
        if (reading.Damaged.Count > 0)
        {
            // A list that silently lacks one would be believed.
            throw reading.Damaged[0];
        }

        var now = time.GetUtcNow();
        var until = now.AddDays(request.WithinDays);
        var due = reading.Members.TakeWhile(member => member.NotAfter <= until).ToList();
        var before = Math.Min((request.PageNumber - 1L) * request.PageSize, due.Count);
        var page = due.GetRange((int)before, Math.Min(request.PageSize, due.Count - (int)before));
        return new Response(request, due.Count, page, now);
    }
}
