using System.Formats.Asn1;
using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Whether the names in a path lie where the CAs above permit them (RFC 5280 sections 4.2.1.10 and 6.1.3 (b) and (c)).
/// The root's own constraints count too. Self-issued CAs are exempt, the certificate itself never is.
/// </summary>
internal sealed class NameConstraintRules
{
    /// <summary>
    /// Names times constraints of two certificates, whatever their kinds, as OpenSSL counts them; relative names count one
    /// by one. Some tens of milliseconds.
    /// </summary>
    private const long MaximumComparisons = 1 << 20;

    /// <summary>Of all paths that are tried for one submission.</summary>
    private const long MaximumComparisonsInAll = 1 << 21;

    private readonly Dictionary<Certificate, (NameConstraints? Constraints, string Fault)> known = [];
    private readonly Dictionary<(Certificate Authority, Certificate Below), Finding?> knownFaults = [];
    private readonly Dictionary<(Certificate Certificate, bool IsLeaf), IReadOnlyList<SubjectName>> knownNames = [];
    private long comparisons;

    public void Check(CertificatePath path, List<Finding> findings)
    {
        for (var i = 0; i < path.Certificates.Count; i++)
        {
            var place = new PathPlace(path, i);
            var extension = place.Certificate.Extension(CertificateIdentifiers.NameConstraints);
            if (extension is null)
            {
                continue;
            }
            if (!place.Certificate.IsAuthority)
            {
                findings.Add(
                    place.Report(
                        "NameConstraintsMisplaced",
                        "has name constraints, which only a CA may have",
                        "Ask the CA to correct its profile.",
                        "nameConstraints",
                        "none, since it is not a CA"
                    )
                );
            }
            if (Read(place, extension, findings) is { } constraints)
            {
                CheckBelow(place, constraints, findings);
            }
        }
    }

    private NameConstraints? Read(PathPlace place, CertificateExtension extension, List<Finding> findings)
    {
        if (!known.TryGetValue(place.Certificate, out var read))
        {
            read = TryRead(extension);
            known[place.Certificate] = read;
        }
        if (read.Constraints is null)
        {
            findings.Add(
                place.Report(
                    "NameConstraintsInvalid",
                    $"limits the names below it by constraints that cannot be read: {read.Fault}",
                    "Have this CA certificate issued anew: what it permits cannot be told.",
                    read.Fault,
                    "name constraints as RFC 5280 section 4.2.1.10 writes them"
                )
            );
            return null;
        }
        if (read.Constraints.All.FirstOrDefault(tree => tree.HasLeadingDot) is { } dotted)
        {
            findings.Add(
                place.Report(
                    "NameConstraintsWithLeadingDot",
                    $"limits the names below it by {dotted}, with a dot before it that RFC 5280 does not know there",
                    "It is taken for all names below that domain, without the domain itself.",
                    dotted.ToString(),
                    "the domain without a dot before it"
                )
            );
        }
        return read.Constraints;
    }

    private static (NameConstraints? Constraints, string Fault) TryRead(CertificateExtension extension)
    {
        try
        {
            return (NameConstraints.Read(extension.Value), "");
        }
        catch (AsnContentException failure)
        {
            return (null, failure.Message.TrimEnd('.'));
        }
    }

    private void CheckBelow(PathPlace authority, NameConstraints constraints, List<Finding> findings)
    {
        for (var i = authority.Index - 1; i >= 0; i--)
        {
            var place = new PathPlace(authority.Path, i);
            if (!place.IsLeaf && place.Certificate.IsSelfIssued)
            {
                continue;
            }
            if (FaultOf(authority, place, constraints) is { } fault)
            {
                findings.Add(fault);
            }
        }
    }

    /// <summary>Found once for each CA and certificate, however many paths hold both.</summary>
    private Finding? FaultOf(PathPlace authority, PathPlace place, NameConstraints constraints)
    {
        var pair = (authority.Certificate, place.Certificate);
        if (!knownFaults.TryGetValue(pair, out var fault))
        {
            var names = NamesOf(place);
            var cost = names.Sum(name => (long)name.Weight) * constraints.All.Count;
            comparisons += cost;
            fault =
                cost > MaximumComparisons || comparisons > MaximumComparisonsInAll
                    ? TooComplex(place, names.Count, constraints)
                    : FirstFault(authority, place, names, constraints);
            knownFaults[pair] = fault;
        }
        return fault;
    }

    private IReadOnlyList<SubjectName> NamesOf(PathPlace place)
    {
        var key = (place.Certificate, place.IsLeaf);
        if (!knownNames.TryGetValue(key, out var names))
        {
            names = SubjectName.Of(place.Certificate, place.IsLeaf);
            knownNames[key] = names;
        }
        return names;
    }

    private static Finding? FirstFault(
        PathPlace authority,
        PathPlace place,
        IReadOnlyList<SubjectName> names,
        NameConstraints constraints
    )
    {
        foreach (var name in names)
        {
            var fault =
                FaultOfExcluded(authority, place, name, constraints.ExcludedOf(name.Kind))
                ?? FaultOfPermitted(authority, place, name, constraints.PermittedOf(name.Kind));
            if (fault is not null)
            {
                return fault;
            }
        }
        return null;
    }

    private static Finding? FaultOfExcluded(
        PathPlace authority,
        PathPlace place,
        SubjectName name,
        IReadOnlyList<NameSubtree> excluded
    )
    {
        foreach (var tree in excluded)
        {
            switch (tree.Contains(name, isExcluded: true))
            {
                case null:
                    return NotComparable(authority, place, name, tree);
                case true:
                    return place.Report(
                        "NameExcluded",
                        $"has the name {name}, but {Above(authority)} excludes {tree}",
                        "Have it issued by another CA, or without that name.",
                        name.ToString(),
                        $"no name in {tree}"
                    );
            }
        }
        return null;
    }

    private static Finding? FaultOfPermitted(
        PathPlace authority,
        PathPlace place,
        SubjectName name,
        IReadOnlyList<NameSubtree> permitted
    )
    {
        NameSubtree? unclear = null;
        foreach (var tree in permitted)
        {
            switch (tree.Contains(name, isExcluded: false))
            {
                case null:
                    unclear ??= tree;
                    break;
                case true:
                    return null;
            }
        }
        if (unclear is not null)
        {
            return NotComparable(authority, place, name, unclear);
        }
        if (permitted.Count == 0)
        {
            return null;
        }
        var allowed = string.Join(" | ", permitted.Take(3));
        return place.Report(
            "NameNotPermitted",
            $"has the name {name}, but {Above(authority)} permits only {allowed}",
            "Have it issued by another CA, or without that name.",
            name.ToString(),
            allowed
        );
    }

    private static Finding NotComparable(PathPlace authority, PathPlace place, SubjectName name, NameSubtree tree) =>
        place.Report(
            "NameNotComparable",
            $"has the name {name}, of which it cannot be told whether {Above(authority)} permits it",
            "Have it issued without that name, or by a CA without constraints on such names.",
            name.ToString(),
            $"a name that can be compared with {tree}"
        );

    private static string Above(PathPlace authority) => $"the CA {authority.Certificate.Subject.Shown}";

    private static Finding TooComplex(PathPlace place, int names, NameConstraints constraints) =>
        place.Report(
            "TooComplex",
            string.Create(
                CultureInfo.InvariantCulture,
                $"has {names} names, to be compared with {constraints.All.Count} constraints of a CA: too many to check"
            ),
            "Have it issued with fewer names."
        );
}
