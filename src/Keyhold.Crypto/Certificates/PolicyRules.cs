using System.Formats.Asn1;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Policies as far as they forbid (RFC 5280 section 6.1): nobody asks for a particular policy here, but a CA may require
/// that one holds through the whole path, restrict mappings, and forbid anyPolicy. The valid policies of each level are
/// kept as a set (RFC 9618), which cannot grow beyond what the certificates name.
/// </summary>
internal sealed class PolicyRules
{
    private readonly CertificatePath path;
    private readonly int count;
    private int explicitPolicy;
    private int policyMapping;
    private int anyPolicy;

    /// <summary>From each valid policy to what it is called one level below; null when none is valid.</summary>
    private Dictionary<string, HashSet<string>>? valid = Node(CertificateIdentifiers.AnyPolicy);

    private PolicyRules(CertificatePath path)
    {
        this.path = path;
        // The end of the path is believed as it stands and not processed.
        count = path.IsComplete ? path.Certificates.Count - 1 : path.Certificates.Count;
        explicitPolicy = policyMapping = anyPolicy = count + 1;
    }

    public static void Check(CertificatePath path, List<Finding> findings)
    {
        if (path.Certificates.Any(HasConstraint))
        {
            new PolicyRules(path).Check(findings);
        }
    }

    /// <summary>Whether a fault in it is found and told here, below the end of a path.</summary>
    public static bool Reads(ExtensionFault fault) => IsConstraint(fault.Extension);

    /// <summary>Without any of these nothing can be forbidden.</summary>
    private static bool HasConstraint(Certificate certificate) => certificate.Extensions.Any(IsConstraint);

    private static bool IsConstraint(CertificateExtension extension) =>
        extension.Oid
            is CertificateIdentifiers.PolicyConstraints
                or CertificateIdentifiers.PolicyMappings
                or CertificateIdentifiers.InhibitAnyPolicy;

    private void Check(List<Finding> findings)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            var place = new PathPlace(path, i);
            var isBad = false;
            try
            {
                isBad = !Process(place, PolicyExtensions.Read(place.Certificate));
            }
            catch (AsnContentException failure)
            {
                findings.Add(Invalid(place, failure.Message.TrimEnd('.')));
                return;
            }
            if (isBad)
            {
                findings.Add(
                    place.Report(
                        "PolicyNotValid",
                        "is under a CA that requires a certificate policy to hold through the whole path, and none does",
                        "Have it issued under one of the CA's policies.",
                        "no common policy",
                        "a policy that each certificate of the path names"
                    )
                );
                return;
            }
            if (!place.IsLeaf && !Prepare(place, PolicyExtensions.Read(place.Certificate)))
            {
                findings.Add(Invalid(place, "it maps anyPolicy"));
                return;
            }
        }
    }

    private static Finding Invalid(PathPlace place, string fault) =>
        place.Report(
            "PolicyExtensionInvalid",
            $"has policy extensions that are not valid ({fault})",
            "Have it issued with correct ones, or without.",
            fault
        );

    /// <summary>Section 6.1.3 (d) to (f), and of the last certificate 6.1.5; false when nothing valid is left where something must be.</summary>
    private bool Process(PathPlace place, PolicyExtensions extensions)
    {
        var mayBeAny = anyPolicy > 0 || (!place.IsLeaf && place.Certificate.IsSelfIssued);
        valid = extensions.Policies is null || valid is null ? null : Descend(valid, extensions.Policies, mayBeAny);
        if (explicitPolicy == 0 && valid is null)
        {
            return false;
        }
        if (!place.IsLeaf)
        {
            return true;
        }
        explicitPolicy = extensions.RequireExplicitPolicy == 0 ? 0 : Math.Max(0, explicitPolicy - 1);
        return explicitPolicy > 0 || valid is not null;
    }

    private static Dictionary<string, HashSet<string>>? Descend(
        Dictionary<string, HashSet<string>> above,
        IReadOnlySet<string> policies,
        bool mayBeAny
    )
    {
        var expected = above.Values.SelectMany(names => names).ToHashSet(StringComparer.Ordinal);
        var below = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var policy in policies.Where(policy => policy is not CertificateIdentifiers.AnyPolicy))
        {
            if (expected.Contains(policy) || above.ContainsKey(CertificateIdentifiers.AnyPolicy))
            {
                below[policy] = new HashSet<string>(StringComparer.Ordinal) { policy };
            }
        }
        if (mayBeAny && policies.Contains(CertificateIdentifiers.AnyPolicy))
        {
            foreach (var policy in expected)
            {
                below.TryAdd(policy, new HashSet<string>(StringComparer.Ordinal) { policy });
            }
        }
        return below.Count > 0 ? below : null;
    }

    /// <summary>Section 6.1.4 (a), (b) and (h) to (j); false when anyPolicy is mapped.</summary>
    private bool Prepare(PathPlace place, PolicyExtensions extensions)
    {
        if (extensions.Mappings.Any(mapping => IsAny(mapping.Issuer) || IsAny(mapping.Subject)))
        {
            return false;
        }
        foreach (var group in extensions.Mappings.GroupBy(mapping => mapping.Issuer, StringComparer.Ordinal))
        {
            Map(group.Key, group.Select(mapping => mapping.Subject));
        }
        valid = valid is { Count: 0 } ? null : valid;
        if (!place.Certificate.IsSelfIssued)
        {
            explicitPolicy = Math.Max(0, explicitPolicy - 1);
            policyMapping = Math.Max(0, policyMapping - 1);
            anyPolicy = Math.Max(0, anyPolicy - 1);
        }
        explicitPolicy = Math.Min(explicitPolicy, extensions.RequireExplicitPolicy ?? int.MaxValue);
        policyMapping = Math.Min(policyMapping, extensions.InhibitPolicyMapping ?? int.MaxValue);
        anyPolicy = Math.Min(anyPolicy, extensions.InhibitAnyPolicy ?? int.MaxValue);
        return true;
    }

    private void Map(string policy, IEnumerable<string> below)
    {
        if (valid is null)
        {
            return;
        }
        if (policyMapping == 0)
        {
            valid.Remove(policy);
        }
        else if (valid.ContainsKey(policy) || valid.ContainsKey(CertificateIdentifiers.AnyPolicy))
        {
            valid[policy] = below.ToHashSet(StringComparer.Ordinal);
        }
    }

    private static bool IsAny(string policy) => policy is CertificateIdentifiers.AnyPolicy;

    private static Dictionary<string, HashSet<string>> Node(string policy) =>
        new(StringComparer.Ordinal) { [policy] = new HashSet<string>(StringComparer.Ordinal) { policy } };
}
