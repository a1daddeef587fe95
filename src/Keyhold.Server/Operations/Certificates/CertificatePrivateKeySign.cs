using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Vault;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Signs a message of at most 4 KB, or a digest, with the certificate's private key. ACTIVE only.</summary>
internal sealed class CertificatePrivateKeySign(CertificateStore certificates, KeyVault vault, ValidityWatch validity)
    : IOperation<CertificatePrivateKeySign.Request, CertificatePrivateKeySign.Response>
{
    public OperationInfo Info { get; } =
        new("CertificatePrivateKeySign", Effect.UsesPrivateKey)
        {
            Audited = ["CertificateId", "Algorithm", "MessageType"],
            Withheld = ["Message"],
        };

    internal sealed record Request(CertificateId CertificateId, MessageParameters Message) : IOperationRequest
    {
        public Resource Resource => Resource.Certificate(CertificateId);
    }

    internal sealed record Response(CertificateId CertificateId, byte[] SignatureValue) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", CertificateId.Value);
            answer.Text("SignatureValue", Convert.ToBase64String(SignatureValue));
        }
    }

    public Request Parse(Parameters parameters) =>
        new(CertificateId.Parse(parameters), MessageParameters.Parse(parameters));

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var (row, current) = await certificates.RequireWithCurrentAsync(request.CertificateId, stop);
        CertificateStatus.RequirePrivateKeyUsable(row);
        request.Message.RequireFitting(row);
        validity.Note(Info, current);

        using var lease = vault.Borrow(caller.KeyUse, row);
        var (algorithm, type, message) = request.Message;
        return new Response(request.CertificateId, lease.Key.Sign(algorithm, type, message.Span));
    }
}
