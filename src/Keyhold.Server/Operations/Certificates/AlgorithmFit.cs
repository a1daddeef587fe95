using Keyhold.Crypto.Keys;
using Keyhold.Protocol;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Checks that an algorithm is one that the certificate's key can do.</summary>
internal static class AlgorithmFit
{
    public static void Require(
        CertificateRow row,
        string algorithm,
        KeySpec algorithmSpec,
        Func<KeySpec, IEnumerable<string>> fitting
    )
    {
        if (string.Equals(row.KeySpec, algorithmSpec.Name, StringComparison.Ordinal))
        {
            return;
        }

        var possible = KeySpec.TryParse(row.KeySpec, out var spec) ? string.Join(" or ", fitting(spec)) : "";
        throw ApiException.InvalidParameter(
            "Algorithm",
            $"{algorithm} needs a key of {algorithmSpec.Name}, but this certificate's KeySpec is {row.KeySpec}",
            possible.Length == 0
                ? $"A key of {row.KeySpec} cannot do this: use a certificate with KeySpec {algorithmSpec.Name}"
                : $"Use {possible}"
        );
    }
}
