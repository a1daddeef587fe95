using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Gives the certificate, its chain and its CSR in PEM. Certificate and chain are empty while PENDING.</summary>
internal sealed class GetCertificate(CertificateStore certificates)
    : IOperation<CertificateRequest, GetCertificate.Response>
{
    public OperationInfo Info { get; } = new("GetCertificate", Effect.Reads);

    internal sealed record Response(string CertificateId, string Certificate, string CertificateChain, string Csr)
        : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", CertificateId);
            answer.Text("Certificate", Certificate);
            answer.Text("CertificateChain", CertificateChain);
            answer.Text("Csr", Csr);
        }
    }

    public CertificateRequest Parse(Parameters parameters) => new(CertificateId.Parse(parameters));

    public async ValueTask<Response> HandleAsync(CertificateRequest request, Caller caller, CancellationToken stop)
    {
        var (row, current) = await certificates.RequireWithCurrentAsync(request.CertificateId, stop);
        return new Response(row.CertificateId, current?.Certificate ?? "", current?.CertificateChain ?? "", row.Csr);
    }
}
