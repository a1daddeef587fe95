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
/// or as PKCS#12. Only for a certificate that was made exportable.
/// </summary>
internal sealed class ExportCertificate(CertificateStore certificates, KeyVault vault, KeyDerivation derivation)
    : IOperation<ExportCertificate.Request, ExportCertificate.Response>
{
    private const string Pem = "PEM";
    private const string Pkcs12 = "PKCS12";
    private static readonly string[] Formats = [Pem, Pkcs12];

    public OperationInfo Info { get; } = new("ExportCertificate", Effect.UsesPrivateKey);

    internal sealed record Request(CertificateId CertificateId, string Passphrase, string ExportFormat)
        : IOperationRequest
    {
        public Resource Resource => Resource.Certificate(CertificateId);

        /// <summary>The passphrase stays out of whatever prints records.</summary>
        public override string ToString() => $"{nameof(ExportCertificate)} {CertificateId}";
    }

    internal sealed record Response(
        CertificateId CertificateId,
        UploadRow Current,
        string? PrivateKey,
        string? Pkcs12Blob
    ) : IAnswer
    {
        public void WriteTo(AnswerWriter answer)
        {
            answer.Text("CertificateId", CertificateId.Value);
            answer.Text("Certificate", Current.Certificate);
            answer.Text("CertificateChain", Current.CertificateChain);
            answer.Text("PrivateKey", PrivateKey);
            answer.Text("PKCS12Blob", Pkcs12Blob);
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
        var (row, current) = await certificates.RequireWithCurrentAsync(request.CertificateId, stop);
        CertificateStatus.RequireNotRevoked(row);
        RequireExportable(row);
        var upload = current ?? throw new InvalidOperationException("An imported certificate has no current upload.");

        using var lease = vault.Borrow(caller.KeyUse, row);
        var asPkcs12 = string.Equals(request.ExportFormat, Pkcs12, StringComparison.Ordinal);
        var exported = await derivation.RunAsync(
            () => asPkcs12 ? ToPkcs12(lease, upload, request.Passphrase) : ToPem(lease, request.Passphrase),
            stop
        );
        return asPkcs12
            ? new Response(request.CertificateId, upload, PrivateKey: null, Pkcs12Blob: exported)
            : new Response(request.CertificateId, upload, PrivateKey: exported, Pkcs12Blob: null);
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

    private static string ToPem(KeyLease lease, string passphrase) =>
        PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", lease.Key.ExportEncryptedPkcs8(passphrase)) + "\n";

    private static string ToPkcs12(KeyLease lease, UploadRow upload, string passphrase)
    {
        var certificate = Parse(upload.Certificate).Single();
        var chain = Parse(upload.CertificateChain).ToArray();
        return Convert.ToBase64String(Pkcs12File.Write(lease.Key, certificate, chain, passphrase));
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
