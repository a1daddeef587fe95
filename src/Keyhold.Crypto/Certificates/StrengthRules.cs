using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>Whether keys and signatures in a path are of a kind that can be relied upon.</summary>
internal static class StrengthRules
{
    private const int SmallestRsaBits = 2048;

    public static void Check(PathPlace place, List<Finding> findings)
    {
        CheckKey(place, findings);
        var hash = CertificateSignature.BrokenHashOf(place.Certificate);
        if (
            hash is not null
            && !(place.IsEnd && (place.Path.End == CertificatePath.Ending.Anchored || hash is "SHA-1"))
        )
        {
            findings.Add(
                place.Report(
                    "WeakSignature",
                    $"is signed with {hash}, for which collisions can be made",
                    "Have it issued with SHA-256 or better, or with SM3.",
                    hash,
                    "SHA-256 or better, or SM3"
                )
            );
        }
    }

    private static void CheckKey(PathPlace place, List<Finding> findings)
    {
        var key = place.Certificate.Key;
        if (key.Kind == CertificateKey.KeyKind.Unsupported)
        {
            // The key of the certificate itself verifies nothing in the path; one that is not even well-formed is no key.
            var isUsable = place.IsLeaf && key.IsWellFormed;
            findings.Add(
                place.Report(
                    isUsable ? "UnusualKey" : "UnsupportedKey",
                    $"holds {key.Name}, which is not supported",
                    "Supported are RSA, EC on P-256, P-384 and P-521 given by name, Ed25519 and SM2.",
                    key.Name,
                    "RSA, EC P-256, EC P-384, EC P-521, Ed25519 or SM2"
                )
            );
        }
        else if (key.Kind == CertificateKey.KeyKind.Rsa && key.Bits < SmallestRsaBits)
        {
            findings.Add(
                place.Report(
                    "WeakKey",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"holds an RSA key of {key.Bits} bits, at least {SmallestRsaBits} are needed"
                    ),
                    place.IsLeaf ? "Use a longer key." : "Use a CA with stronger keys.",
                    string.Create(CultureInfo.InvariantCulture, $"RSA {key.Bits}"),
                    "RSA 2048 or more"
                )
            );
        }
        else if (!key.IsWellFormed)
        {
            findings.Add(
                place.Report(
                    "WeakKey",
                    $"holds an {key.Name} key with a public exponent that protects nothing",
                    "Make a new key: the usual exponent is 65537.",
                    "an exponent that is even or 1",
                    "65537"
                )
            );
        }
    }
}
