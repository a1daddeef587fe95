using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>The request of an operation that takes nothing but the id of a certificate.</summary>
internal sealed record CertificateRequest(CertificateId CertificateId) : IOperationRequest
{
    public Resource Resource => Resource.Certificate(CertificateId);
}
