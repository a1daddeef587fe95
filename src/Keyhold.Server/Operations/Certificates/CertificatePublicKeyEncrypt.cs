using Keyhold.Crypto.Keys;
using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>
/// Encrypts a few bytes with the public key of the encryption certificate, or, where there is none, of the certificate
/// itself. ACTIVE and INACTIVE.
/// </summary>
internal sealed class CertificatePublicKeyEncrypt(EncryptionCertificateStore certificates)
    : IOperation<CertificatePublicKeyEncrypt.Request, CertificatePublicKeyEncrypt.Response>
{
    public OperationInfo Info { get; } =
        new("CertificatePublicKeyEncrypt", Effect.Reads)
        {
            Audited = ["CertificateId", "Algorithm"],
            Withheld = ["Plaintext"],
        };

    internal sealed record Request(CertificateId CertificateId, EncryptionAlgorithm Algorithm, byte[] Plaintext)
        : IOperationRequest
    {
        public Resource Resource => Resource.Certificate(CertificateId);
    }

    internal sealed record Response(CertificateId CertificateId, byte[] CiphertextBlob) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", CertificateId.Value);
            answer.Text("CiphertextBlob", Convert.ToBase64String(CiphertextBlob));
        }
    }

    public Request Parse(Parameters parameters)
    {
        var id = CertificateId.Parse(parameters);
        var algorithm = EncryptionParameters.ParseAlgorithm(parameters);
        return new Request(id, algorithm, parameters.RequiredBase64("Plaintext", algorithm.MaximumPlaintext));
    }

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var pair = await certificates.RequirePairAsync(request.CertificateId, stop);
        CertificateStatus.RequireNotRevoked(pair.Certificate);
        EncryptionParameters.RequireFitting(pair.Certificate, request.Algorithm);

        var publicKey = PublicKey.FromSubjectPublicKeyInfo(pair.Encryption?.PublicKey ?? pair.Certificate.PublicKey);
        return new Response(request.CertificateId, publicKey.Encrypt(request.Algorithm, request.Plaintext));
    }
}
