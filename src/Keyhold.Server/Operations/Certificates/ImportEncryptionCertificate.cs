using Keyhold.Crypto.Keys;
using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Vault;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>
/// Imports the encryption certificate of an SM2 pair beside its signing certificate, with the key that the CA made and
/// wrapped for the signing key. From then on the CertificateId encrypts and decrypts with this key, and signs with its own.
/// </summary>
internal sealed class ImportEncryptionCertificate(
    EncryptionCertificateStore certificates,
    EncryptionCertificateRules rules,
    EncryptionCertificateImporter importer,
    KeyVault vault,
    Installation installation
) : IOperation<ImportEncryptionCertificate.Request, ImportEncryptionCertificate.Response>
{
    public OperationInfo Info { get; } =
        new("ImportEncryptionCertificate", Effect.UsesPrivateKeyAndChangesState)
        {
            Audited = ["CertificateId", "Certificate", "CertificateChain", "AsymmetricAlgorithm", "SymmetricAlgorithm"],
            Withheld = ["EncryptedPrivateKey", "EncryptedSymmetricKey"],
        };

    internal sealed record Request(
        CertificateId CertificateId,
        string Certificate,
        string? CertificateChain,
        EncryptionKeyEnvelope Envelope
    ) : IOperationRequest
    {
        public Resource Resource => Resource.Certificate(CertificateId);
    }

    internal sealed record Response(CertificateId CertificateId, string Arn) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", CertificateId.Value);
            answer.Text("Arn", Arn);
        }
    }

    public Request Parse(Parameters parameters) =>
        new(
            CertificateId.Parse(parameters),
            parameters.Required("Certificate"),
            parameters.Optional("CertificateChain"),
            EncryptionKeyEnvelope.Parse(parameters)
        );

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        // 1. The stored row says whether it can have an encryption certificate at all.
        var pair = await certificates.RequirePairAsync(request.CertificateId, stop);
        EncryptionCertificateRules.RequirePossible(pair.Certificate);

        // 2. Judge before a private key is touched: a refused certificate leaves nothing behind.
        var accepted = await rules.RequireAcceptedAsync(
            request.Certificate,
            request.CertificateChain,
            pair,
            caller,
            stop
        );

        // 3. Open the envelope with the signing key. What comes out must be the key of the certificate.
        using var key = Open(request.Envelope, accepted.PublicKey, caller, pair.Certificate);

        // 4. One transaction: encryption certificate, and the certificate's row that names it.
        await importer.StoreAsync(pair.Certificate, accepted, key, stop);
        return new Response(request.CertificateId, installation.ArnOf(request.Resource));
    }

    /// <summary>One refusal for whatever went wrong: nobody learns from it how far a made-up envelope got.</summary>
    private PrivateKey Open(EncryptionKeyEnvelope envelope, PublicKey expected, Caller caller, CertificateRow row)
    {
        using var lease = vault.Borrow(caller.KeyUse, row);
        if (envelope.TryOpen(lease.Key, out var key))
        {
            if (key.PublicKey.SubjectPublicKeyInfo.Span.SequenceEqual(expected.SubjectPublicKeyInfo.Span))
            {
                return key;
            }

            key.Dispose();
        }

        throw ApiException.InvalidParameter(
            "EncryptedPrivateKey",
            "opened with the key of this CertificateId, it does not give the private key of Certificate",
            "Send it as the CA gave it for this certificate's CSR, with the EncryptedSymmetricKey and the algorithms that belong to it"
        );
    }
}
