using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Vault;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Deletes a certificate in any status, with its private key, chain and history, at once and for good.</summary>
internal sealed class DeleteCertificate(CertificateStore certificates, KeyVault vault)
    : IOperation<CertificateRequest, EmptyAnswer>
{
    public OperationInfo Info { get; } = new("DeleteCertificate", Effect.ChangesState) { Audited = ["CertificateId"] };

    public CertificateRequest Parse(Parameters parameters) => new(CertificateId.Parse(parameters));

    public async ValueTask<EmptyAnswer> HandleAsync(CertificateRequest request, Caller caller, CancellationToken stop)
    {
        var deleted = await certificates.DeleteAsync(request.CertificateId.Value, stop);
        vault.Forget(request.CertificateId);
        return deleted ? EmptyAnswer.Instance : throw new ApiException(ErrorCodes.CertificateNotFound);
    }
}
