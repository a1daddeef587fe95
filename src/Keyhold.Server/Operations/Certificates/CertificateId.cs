using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>The id of a certificate: a UUID in lower-case hexadecimal digits with dashes.</summary>
internal readonly record struct CertificateId(string Value)
{
    public const string Parameter = "CertificateId";

    public static CertificateId New() => new(RequestId.New());

    public static CertificateId Parse(Parameters parameters)
    {
        var text = parameters.Required(Parameter);
        if (text.StartsWith("acs:", StringComparison.Ordinal))
        {
            throw ApiException.InvalidParameter(
                Parameter,
                "it is an ARN",
                "Give only the id, the part after \"certificate/\""
            );
        }

        return Guid.TryParseExact(text, "D", out var id)
            ? new CertificateId(id.ToString("D"))
            : throw ApiException.InvalidParameter(
                Parameter,
                "it is not a UUID such as 98e85c94-52d0-40c9-b3b2-afda52f4d2a1",
                "Give the CertificateId that CreateCertificate or ListCertificates answered"
            );
    }

    /// <summary>Null when the parameter is absent or empty.</summary>
    public static CertificateId? ParseOptional(Parameters parameters) =>
        parameters.Optional(Parameter) is null ? null : Parse(parameters);

    public override string ToString() => Value;
}
