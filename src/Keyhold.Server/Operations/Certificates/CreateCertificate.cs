using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;
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

/// <summary>Makes a key pair and the CSR for it. The certificate stays PENDING until UploadCertificate.</summary>
internal sealed class CreateCertificate(
    CertificateStore certificates,
    KeyPool keys,
    KeyVault vault,
    Installation installation,
    TimeProvider time
) : IOperation<CreateCertificate.Request, CreateCertificate.Response>
{
    private const int MaximumAlternativeNames = 10;
    private static readonly string[] KeySpecs = [.. KeySpec.All.Select(spec => spec.Name)];

    public OperationInfo Info { get; } =
        new("CreateCertificate", Effect.ChangesState)
        {
            Audited = ["KeySpec", "Subject", "SubjectAlternativeNames", "ExportablePrivateKey"],
        };

    internal sealed record Request(
        KeySpec KeySpec,
        DistinguishedName Subject,
        IReadOnlyList<string> SubjectAlternativeNames,
        bool ExportablePrivateKey
    ) : IOperationRequest
    {
        public Resource Resource => Resource.AllCertificates;
    }

    internal sealed record Response(CertificateId CertificateId, string Arn, string Csr) : IAnswer, INewResource
    {
        public Resource Made => Resource.Certificate(CertificateId);

        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", CertificateId.Value);
            answer.Text("Arn", Arn);
            answer.Text("Csr", Csr);
        }
    }

    public Request Parse(Parameters parameters) =>
        new(
            KeySpec.TryParse(parameters.RequiredOneOf("KeySpec", KeySpecs), out var spec)
                ? spec
                : throw new InvalidOperationException("A listed key spec does not parse."),
            ParseSubject(parameters.Required("Subject")),
            ParseAlternativeNames(parameters.JsonTexts("SubjectAlternativeNames", MaximumAlternativeNames)),
            parameters.Boolean("ExportablePrivateKey", otherwise: true)
        );

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        // 1. The key is made, its CSR signed, and the key sealed for the row that will hold it.
        using var key = await keys.TakeAsync(request.KeySpec, stop);
        var signingRequest = SigningRequest.Create(key, request.Subject, request.SubjectAlternativeNames);
        var id = CertificateId.New();
        var now = time.GetUtcNow();
        var row = new CertificateRow(
            id.Value,
            CertificateStatus.Pending,
            request.KeySpec.Name,
            request.Subject.ToString(),
            request.SubjectAlternativeNames,
            signingRequest.Pem,
            request.ExportablePrivateKey,
            vault.Seal(id, key),
            key.PublicKey.SubjectPublicKeyInfo.ToArray(),
            SHA256.HashData(key.PublicKey.SubjectPublicKeyInfo.Span),
            Tags: [],
            CurrentUpload: null,
            CreatedAt: now,
            UpdatedAt: now,
            Revision: 1
        );

        // 2. Durable before anybody hears of it: a CSR that was handed out has its key.
        await certificates.AddAsync(row, current: null, stop);
        return new Response(id, installation.ArnOf(Resource.Certificate(id)), row.Csr);
    }

    private static DistinguishedName ParseSubject(string text)
    {
        try
        {
            return SubjectRules.ParseSubject(text);
        }
        catch (DistinguishedNameException refusal)
        {
            throw ApiException.InvalidParameter("Subject", refusal.Reason, refusal.Remedy);
        }
    }

    private static IReadOnlyList<string> ParseAlternativeNames(IReadOnlyList<string> names)
    {
        try
        {
            return SubjectAlternativeName.Parse(names);
        }
        catch (NameException refusal)
        {
            throw ApiException.InvalidParameter("SubjectAlternativeNames", refusal.Reason, refusal.Remedy);
        }
    }
}
