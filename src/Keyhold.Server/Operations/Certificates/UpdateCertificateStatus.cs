using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Vault;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Disables, enables or revokes a certificate. REVOKED is final; the same status again succeeds.</summary>
internal sealed class UpdateCertificateStatus(CertificateStore certificates, KeyVault vault, TimeProvider time)
    : IOperation<UpdateCertificateStatus.Request, EmptyAnswer>
{
    public OperationInfo Info { get; } =
        new("UpdateCertificateStatus", Effect.ChangesState) { Audited = ["CertificateId", "Status"] };

    internal sealed record Request(CertificateId CertificateId, string Status) : IOperationRequest
    {
        public Resource Resource => Resource.Certificate(CertificateId);
    }

    public Request Parse(Parameters parameters) =>
        new(CertificateId.Parse(parameters), parameters.RequiredOneOf("Status", CertificateStatus.Settable));

    public async ValueTask<EmptyAnswer> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var row = await certificates.RequireAsync(request.CertificateId, stop);
        CertificateStatus.RequireChangeable(row, request.Status);
        if (string.Equals(row.Status, request.Status, StringComparison.Ordinal))
        {
            return EmptyAnswer.Instance;
        }

        var changed = row with { Status = request.Status, UpdatedAt = time.GetUtcNow() };
        if (!await certificates.UpdateAsync(changed, upload: null, stop))
        {
            throw await certificates.ConflictAsync(request.CertificateId, stop);
        }

        vault.Forget(request.CertificateId);
        return EmptyAnswer.Instance;
    }
}
