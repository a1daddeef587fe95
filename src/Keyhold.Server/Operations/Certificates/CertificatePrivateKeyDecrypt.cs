using System.Security.Cryptography;
using Keyhold.Crypto.Keys;
using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Vault;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>
/// Decrypts with the private key of the encryption certificate, or, where there is none, of the certificate itself.
/// ACTIVE only; every failure looks the same from outside.
/// </summary>
internal sealed class CertificatePrivateKeyDecrypt(
    EncryptionCertificateStore certificates,
    KeyVault vault,
    ValidityWatch validity
) : IOperation<CertificatePrivateKeyDecrypt.Request, CertificatePrivateKeyDecrypt.Response>
{
    /// <summary>More than the longest ciphertext, SM2PKE of 6,047 bytes; longer ones fail like every other.</summary>
    private const int MaximumCiphertext = 64 * 1024;

    public OperationInfo Info { get; } =
        new("CertificatePrivateKeyDecrypt", Effect.UsesPrivateKey)
        {
            Audited = ["CertificateId", "Algorithm"],
            Withheld = ["CiphertextBlob"],
        };

    internal sealed record Request(CertificateId CertificateId, EncryptionAlgorithm Algorithm, byte[] CiphertextBlob)
        : IOperationRequest
    {
        public Resource Resource => Resource.Certificate(CertificateId);
    }

    /// <summary>Holds the plaintext until it is written, then clears it.</summary>
    internal sealed record Response(CertificateId CertificateId, byte[] Plaintext) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", CertificateId.Value);
            answer.Text("Plaintext", Convert.ToBase64String(Plaintext));
            CryptographicOperations.ZeroMemory(Plaintext);
        }
    }

    public Request Parse(Parameters parameters) =>
        new(
            CertificateId.Parse(parameters),
            EncryptionParameters.ParseAlgorithm(parameters),
            parameters.RequiredBase64("CiphertextBlob", RequestLimits.MaxBodyBytes)
        );

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var pair = await certificates.RequirePairAsync(request.CertificateId, stop);
        CertificateStatus.RequirePrivateKeyUsable(pair.Certificate);
        EncryptionParameters.RequireFitting(pair.Certificate, request.Algorithm);

        return TryDecrypt(request, pair, caller, out var plaintext)
            ? new Response(request.CertificateId, plaintext)
            : throw ApiException.InvalidParameter(
                "CiphertextBlob",
                "it cannot be decrypted with this certificate's key and this Algorithm",
                "Use the certificate and the Algorithm that it was encrypted with, and check that it is whole"
            );
    }

    /// <summary>Of a pair only the encryption key decrypts, never the signing key.</summary>
    private bool TryDecrypt(Request request, CertificatePair pair, Caller caller, out byte[] plaintext)
    {
        plaintext = [];
        if (pair.Encryption is { } encryption)
        {
            validity.Note(Info, encryption);
            using var encryptionKey = vault.BorrowEncryptionKey(caller.KeyUse, encryption);
            return request.CiphertextBlob.Length <= MaximumCiphertext
                && encryptionKey.TryDecrypt(request.Algorithm, request.CiphertextBlob, out plaintext);
        }

        validity.Note(Info, pair.Current);
        using var lease = vault.Borrow(caller.KeyUse, pair.Certificate);
        return request.CiphertextBlob.Length <= MaximumCiphertext
            && lease.Key.TryDecrypt(request.Algorithm, request.CiphertextBlob, out plaintext);
    }
}
