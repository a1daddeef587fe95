using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Operations.Certificates;

namespace Keyhold.Server.Operations.Tags;

/// <summary>What is to be tagged: exactly one of KeyId, SecretName and CertificateId, of which Keyhold has certificates.</summary>
internal static class TagTarget
{
    private static readonly string[] Kinds = ["KeyId", "SecretName", CertificateId.Parameter];

    public static CertificateId Parse(Parameters parameters)
    {
        var given = Kinds.Where(kind => parameters.Optional(kind) is not null).ToArray();
        return given switch
        {
            [CertificateId.Parameter] => CertificateId.Parse(parameters),
            [] => throw ApiException.MissingParameter(CertificateId.Parameter),
            [var other] => throw ApiException.InvalidParameter(
                other,
                "only certificates can be tagged here",
                "Give CertificateId instead"
            ),
            _ => throw ApiException.InvalidParameter(
                given[^1],
                $"{string.Join(" and ", given)} were given together",
                "Give exactly one of them"
            ),
        };
    }
}
