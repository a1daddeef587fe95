using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>
/// Gives the certificate, its chain and its CSR in PEM, and its encryption certificate if it has one. Certificate and
/// chain are empty while PENDING.
/// </summary>
internal sealed class GetCertificate(EncryptionCertificateStore certificates)
    : IOperation<CertificateRequest, GetCertificate.Response>
{
    public OperationInfo Info { get; } = new("GetCertificate", Effect.Reads) { Audited = ["CertificateId"] };

    internal sealed record Response(CertificatePair Pair) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", Pair.Certificate.CertificateId);
            answer.Text("Certificate", Pair.Current?.Certificate ?? "");
            answer.Text("CertificateChain", Pair.Current?.CertificateChain ?? "");
            answer.Text("Csr", Pair.Certificate.Csr);
            answer.Text("EncryptionCertificate", Pair.Encryption?.Certificate);
            answer.Text("EncryptionCertificateChain", Pair.Encryption?.CertificateChain);
        }
    }

    public CertificateRequest Parse(Parameters parameters) => new(CertificateId.Parse(parameters));

    public async ValueTask<Response> HandleAsync(CertificateRequest request, Caller caller, CancellationToken stop) =>
        new(await certificates.RequirePairAsync(request.CertificateId, stop));
}
