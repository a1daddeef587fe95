using Keyhold.Crypto.Keys;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Operations.Tags;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Everything about a certificate but the certificate itself, with the warnings that its upload gave.</summary>
internal sealed class DescribeCertificate(EncryptionCertificateStore certificates, Installation installation)
    : IOperation<CertificateRequest, DescribeCertificate.Response>
{
    /// <summary>Known to what tells of other certificates: it asks whether the caller could see them so.</summary>
    internal static readonly OperationInfo Description = new("DescribeCertificate", Effect.Reads)
    {
        Audited = ["CertificateId"],
    };

    public OperationInfo Info => Description;

    internal sealed record Response(
        CertificateRow Certificate,
        UploadRow? Current,
        EncryptionCertificateRow? Encryption,
        string Arn,
        string SubjectPublicKey,
        string SubjectKeyIdentifier,
        string SignatureAlgorithm
    ) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", Certificate.CertificateId);
            answer.Text("Arn", Arn);
            answer.Text("Status", Certificate.Status);
            answer.Text("KeySpec", Certificate.KeySpec);
            answer.Text("ProtectionLevel", ProtectionLevel.Software);
            answer.Text("Subject", Current?.Subject ?? Certificate.Subject);
            answer.Texts(
                "SubjectAlternativeNames",
                "SubjectAlternativeName",
                Current?.SubjectAlternativeNames ?? Certificate.SubjectAlternativeNames,
                wrapped: false
            );
            if (Current is { } current)
            {
                answer.Text("Issuer", current.Issuer);
                answer.Text("Serial", current.Serial);
                answer.Text("NotBefore", UtcText.Of(current.NotBefore));
                answer.Text("NotAfter", UtcText.Of(current.NotAfter));
            }

            answer.Text("SignatureAlgorithm", SignatureAlgorithm);
            answer.Text("SubjectPublicKey", SubjectPublicKey);
            answer.Text("SubjectKeyIdentifier", SubjectKeyIdentifier);
            answer.Flag("ExportablePrivateKey", Certificate.ExportablePrivateKey);
            answer.Text("CreatedAt", UtcText.Of(Certificate.CreatedAt));
            answer.Text("UpdatedAt", UtcText.Of(Certificate.UpdatedAt));
            answer.Text("Tags", TagList.ToJson(Certificate.Tags));
            answer.Texts("Warnings", "Warning", Current?.Warnings ?? [], wrapped: false);
            if (Encryption is { } encryption)
            {
                answer.Text("EncryptionSerial", encryption.Serial);
                answer.Text("EncryptionNotBefore", UtcText.Of(encryption.NotBefore));
                answer.Text("EncryptionNotAfter", UtcText.Of(encryption.NotAfter));
                answer.Texts("EncryptionWarnings", "Warning", encryption.Warnings, wrapped: false);
            }
        }
    }

    public CertificateRequest Parse(Parameters parameters) => new(CertificateId.Parse(parameters));

    public async ValueTask<Response> HandleAsync(CertificateRequest request, Caller caller, CancellationToken stop)
    {
        var (row, current, encryption) = await certificates.RequirePairAsync(request.CertificateId, stop);
        var publicKey = PublicKey.FromSubjectPublicKeyInfo(row.PublicKey);
        var keyIdentifier = current?.SubjectKeyIdentifier is { } stated
            ? Convert.FromHexString(stated)
            : publicKey.KeyIdentifier;
        return new Response(
            row,
            current,
            encryption,
            installation.ArnOf(request.Resource),
            publicKey.Pem,
            string.Join(' ', Convert.ToHexString(keyIdentifier).Chunk(2).Select(digits => new string(digits))),
            current?.SignatureAlgorithm ?? SignatureAlgorithmOfCsr(publicKey.Spec)
        );
    }

    /// <summary>While there is no certificate, the algorithm is the one that the CSR is signed with.</summary>
    private static string SignatureAlgorithmOfCsr(KeySpec spec) =>
        spec == KeySpec.Rsa2048 ? "RSA2048-SHA256"
        : spec == KeySpec.EcP256 ? "ECDSA-SHA256"
        : "SM2-SM3";
}
