using Keyhold.Crypto.Keys;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Verifies a signature with the certificate's public key. A malformed signature is simply not valid.</summary>
internal sealed class CertificatePublicKeyVerify(CertificateStore certificates)
    : IOperation<CertificatePublicKeyVerify.Request, CertificatePublicKeyVerify.Response>
{
    /// <summary>Far more than any signature; a longer one is not valid without a look at it.</summary>
    private const int MaximumSignature = 4096;

    public OperationInfo Info { get; } =
        new("CertificatePublicKeyVerify", Effect.Reads)
        {
            Audited = ["CertificateId", "Algorithm", "MessageType"],
            Withheld = ["Message", "SignatureValue"],
        };

    internal sealed record Request(CertificateId CertificateId, MessageParameters Message, byte[] SignatureValue)
        : IOperationRequest
    {
        public Resource Resource => Resource.Certificate(CertificateId);
    }

    internal sealed record Response(CertificateId CertificateId, bool SignatureValid) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", CertificateId.Value);
            answer.Flag("SignatureValid", SignatureValid);
        }
    }

    public Request Parse(Parameters parameters) =>
        new(
            CertificateId.Parse(parameters),
            MessageParameters.Parse(parameters),
            parameters.RequiredBase64("SignatureValue", RequestLimits.MaxBodyBytes)
        );

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var row = await certificates.RequireAsync(request.CertificateId, stop);
        CertificateStatus.RequireImported(row);
        request.Message.RequireFitting(row);

        var publicKey = PublicKey.FromSubjectPublicKeyInfo(row.PublicKey);
        var (algorithm, type, message) = request.Message;
        return new Response(
            request.CertificateId,
            request.SignatureValue.Length <= MaximumSignature
                && publicKey.Verify(algorithm, type, message.Span, request.SignatureValue)
        );
    }
}
