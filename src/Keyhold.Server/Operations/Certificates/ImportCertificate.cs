using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;
using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Vault;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Imports a key with its certificate and chain from a PKCS#12 file. The certificate is ACTIVE at once and has no CSR.</summary>
internal sealed class ImportCertificate(
    CertificateJudge judge,
    UploadRefusal refusal,
    CertificateImporter importer,
    KeyDerivation derivation,
    Installation installation
) : IOperation<ImportCertificate.Request, ImportCertificate.Response>
{
    /// <summary>A PKCS#12 file with a long chain is some 20 KB.</summary>
    private const int MaximumFile = 256 * 1024;

    public OperationInfo Info { get; } =
        new("ImportCertificate", Effect.ChangesState)
        {
            Audited = ["ExportablePrivateKey"],
            Withheld = ["PKCS12Blob", "Passphrase"],
        };

    internal sealed record Request(byte[] Pkcs12Blob, string Passphrase, bool ExportablePrivateKey) : IOperationRequest
    {
        public Resource Resource => Resource.AllCertificates;

        /// <summary>File and passphrase stay out of whatever prints records.</summary>
        public override string ToString() => nameof(ImportCertificate);
    }

    internal sealed record Response(CertificateId CertificateId, string Arn) : IAnswer, INewResource
    {
        public Resource Made => Resource.Certificate(CertificateId);

        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", CertificateId.Value);
            answer.Text("Arn", Arn);
        }
    }

    public Request Parse(Parameters parameters) =>
        new(
            parameters.RequiredBase64("PKCS12Blob", MaximumFile),
            parameters.Required("Passphrase"),
            parameters.Boolean("ExportablePrivateKey", otherwise: true)
        );

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        // 1. Open the file; its bytes hold a private key and are cleared.
        using var content = await derivation.RunAsync(() => Open(request), stop);

        // 2. Judge as if it had been uploaded: an imported certificate is no better than any other.
        var judgement = judge.Judge(
            new CertificateSubmission(
                content.Key.PublicKey.SubjectPublicKeyInfo,
                Request: null,
                content.Certificate.Pem,
                content.Others.Count == 0 ? null : string.Concat(content.Others.Select(other => other.Pem))
            )
        );
        if (!judgement.IsAccepted)
        {
            throw await refusal.ExplainAsync(judgement, caller, stop);
        }

        // 3. Certificate and first history entry in one transaction.
        var id = await importer.AddAsync(content, judgement, request.ExportablePrivateKey, stop);
        return new Response(id, installation.ArnOf(Resource.Certificate(id)));
    }

    private static Pkcs12Content Open(Request request)
    {
        try
        {
            return Pkcs12File.Read(request.Pkcs12Blob, request.Passphrase);
        }
        catch (Pkcs12Exception refused)
        {
            throw ApiException.InvalidParameter("PKCS12Blob", refused.Reason, refused.Remedy);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(request.Pkcs12Blob);
        }
    }
}
