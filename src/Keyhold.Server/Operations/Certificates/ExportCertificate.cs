using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;
using Keyhold.Protocol;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Vault;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>
/// Gives the certificate, its chain and its private key, encrypted under a passphrase: as PEM (encrypted PKCS#8)
/// or as PKCS#12; and the same of its encryption certificate, if it has one. Only for a certificate that was made
/// exportable.
/// </summary>
internal sealed class ExportCertificate(
    EncryptionCertificateStore certificates,
    KeyVault vault,
    KeyDerivation derivation
) : IOperation<ExportCertificate.Request, ExportCertificate.Response>
{
    private const string Pem = "PEM";
    private const string Pkcs12 = "PKCS12";
    private static readonly string[] Formats = [Pem, Pkcs12];

    public OperationInfo Info { get; } =
        new("ExportCertificate", Effect.UsesPrivateKey)
        {
            Audited = ["CertificateId", "ExportFormat"],
            Withheld = ["Passphrase"],
        };

    internal sealed record Request(CertificateId CertificateId, string Passphrase, string ExportFormat)
        : IOperationRequest
    {
        public Resource Resource => Resource.Certificate(CertificateId);

        /// <summary>The passphrase stays out of whatever prints records.</summary>
        public override string ToString() => $"{nameof(ExportCertificate)} {CertificateId}";
    }

    /// <summary>A certificate with its chain, and its key in the form that was asked for.</summary>
    internal sealed record Exported(string Certificate, string CertificateChain, string? PrivateKey, string? Pkcs12Blob)
    {
        /// <summary>The fields of an encryption certificate have the same names behind a prefix.</summary>
        public void WriteTo(AnswerWriter answer, string prefix)
        {
            answer.Text(prefix + "Certificate", Certificate);
            answer.Text(prefix + "CertificateChain", CertificateChain);
            answer.Text(prefix + "PrivateKey", PrivateKey);
            answer.Text(prefix + "PKCS12Blob", Pkcs12Blob);
        }
    }

    internal sealed record Response(CertificateId CertificateId, Exported Signing, Exported? Encryption) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", CertificateId.Value);
            Signing.WriteTo(answer, prefix: "");
            Encryption?.WriteTo(answer, prefix: "Encryption");
        }
    }

    public Request Parse(Parameters parameters) =>
        new(
            CertificateId.Parse(parameters),
            parameters.Required("Passphrase"),
            parameters.OptionalOneOf("ExportFormat", Formats) ?? Pem
        );

    public async ValueTask<Response> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var pair = await certificates.RequirePairAsync(request.CertificateId, stop);
        CertificateStatus.RequireNotRevoked(pair.Certificate);
        RequireExportable(pair.Certificate);

        var signing = await derivation.RunAsync(() => ExportSigning(request, pair, caller), stop);
        var encryption = pair.Encryption is { } beside
            ? await derivation.RunAsync(() => ExportEncryption(request, beside, caller), stop)
            : null;
        return new Response(request.CertificateId, signing, encryption);
    }

    private static void RequireExportable(CertificateRow row)
    {
        if (!row.ExportablePrivateKey)
        {
            throw new ApiException(
                ErrorCodes.RejectedNotExportable,
                $"{ErrorCodes.RejectedNotExportable.Text} It was made with ExportablePrivateKey false, which is for good."
            );
        }
    }

    private Exported ExportSigning(Request request, CertificatePair pair, Caller caller)
    {
        var upload =
            pair.Current ?? throw new InvalidOperationException("An imported certificate has no current upload.");
        using var lease = vault.Borrow(caller.KeyUse, pair.Certificate);
        return Export(
            request,
            upload.Certificate,
            upload.CertificateChain,
            passphrase => lease.Key.ExportEncryptedPkcs8(passphrase),
            (certificate, chain, passphrase) => Pkcs12File.Write(lease.Key, certificate, chain, passphrase)
        );
    }

    private Exported ExportEncryption(Request request, EncryptionCertificateRow encryption, Caller caller)
    {
        using var lease = vault.BorrowEncryptionKey(caller.KeyUse, encryption);
        return Export(
            request,
            encryption.Certificate,
            encryption.CertificateChain,
            lease.ExportEncryptedPkcs8,
            lease.WritePkcs12
        );
    }

    private static Exported Export(
        Request request,
        string certificate,
        string chain,
        Func<string, byte[]> writePkcs8,
        Func<Certificate, IReadOnlyList<Certificate>, string, byte[]> writePkcs12
    )
    {
        if (!string.Equals(request.ExportFormat, Pkcs12, StringComparison.Ordinal))
        {
            var key = PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", writePkcs8(request.Passphrase)) + "\n";
            return new Exported(certificate, chain, key, Pkcs12Blob: null);
        }

        var file = writePkcs12(Parse(certificate).Single(), [.. Parse(chain)], request.Passphrase);
        return new Exported(certificate, chain, PrivateKey: null, Convert.ToBase64String(file));
    }

    /// <summary>Stored PEM is normalised: nothing but whole CERTIFICATE blocks.</summary>
    private static IEnumerable<Certificate> Parse(string pem)
    {
        for (var rest = pem; PemEncoding.TryFind(rest, out var block); rest = rest[block.Location.End..])
        {
            yield return Certificate.Parse(Convert.FromBase64String(rest[block.Base64Data]));
        }
    }
}
