using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Searches the way from a certificate to a self-signed one through whatever certificates came along: candidates by the
/// issuer's name, linked only by a key that verifies, with backtracking over renewed and cross-signed CAs. The order in
/// which the certificates were given makes no difference.
/// </summary>
internal sealed class PathBuilder
{
    /// <summary>Longest path: real ones have up to five certificates, test suites up to a dozen.</summary>
    private const int MaximumLength = 16;

    /// <summary>Each costs 20 to 500 microseconds; certificates of one name but many keys would otherwise make them quadratic.</summary>
    private const int MaximumSignatureChecks = 100;

    /// <summary>Looks at a certificate in the search; meshes of cross-signed CAs have exponentially many ways through.</summary>
    private const int MaximumSteps = 1000;

    private readonly Certificate leaf;
    private readonly bool hasChain;
    private readonly PathValidator validator;
    private readonly ILookup<string, Certificate> candidatesByName;
    private readonly Dictionary<(Certificate, Certificate), X509SignatureFailure> checkedSignatures = [];
    private int steps;
    private bool isTooComplex;
    private CertificatePath? best;

    /// <param name="chain">The certificates that came along; null when none were sent at all.</param>
    public PathBuilder(Certificate leaf, IReadOnlyList<Certificate>? chain, PathValidator validator)
    {
        this.leaf = leaf;
        this.validator = validator;
        hasChain = chain is not null;
        candidatesByName = (chain ?? [])
            .Where(certificate => !certificate.IsSameAs(leaf))
            .OrderByDescending(validator.IsInDate)
            .ThenByDescending(certificate => certificate.NotAfter)
            .ThenBy(certificate => Convert.ToHexString(certificate.Sha256Fingerprint), StringComparer.Ordinal)
            .ToLookup(certificate => certificate.Subject.NormalForm, StringComparer.Ordinal);
    }

    /// <summary>The best path: without errors, then complete, then short; among bad ones the one nearest to good.</summary>
    public CertificatePath FindBest()
    {
        Extend([leaf]);
        var found = best ?? new CertificatePath([leaf], CertificatePath.Ending.IssuerAbsent, []);
        return isTooComplex && (best is null || found.ErrorCount > 0)
            ? found with
            {
                Findings = [PathEndings.TooComplex(leaf), .. found.Findings],
            }
            : found;
    }

    private void Extend(List<Certificate> path)
    {
        if (++steps > MaximumSteps)
        {
            isTooComplex = true;
            return;
        }
        var top = path[^1];
        var selfCheck = top.IsSelfIssued ? Check(top, top) : X509SignatureFailure.Bad;
        if (selfCheck == X509SignatureFailure.None)
        {
            Consider(path, CertificatePath.Ending.SelfSigned);
            return;
        }
        var failures = top.IsSelfIssued && IsNamedByItself(top) ? [selfCheck] : new List<X509SignatureFailure>();
        var isExtended = false;
        foreach (var issuer in CandidatesFor(top).Where(issuer => !IsOn(path, issuer)))
        {
            var failure = Check(top, issuer);
            if (failure != X509SignatureFailure.None)
            {
                failures.Add(failure);
                continue;
            }
            isExtended = true;
            if (path.Count >= MaximumLength)
            {
                isTooComplex = true;
                break;
            }
            path.Add(issuer);
            Extend(path);
            path.RemoveAt(path.Count - 1);
        }
        if (!isExtended)
        {
            Consider(path, EndingFor(failures));
        }
    }

    private static CertificatePath.Ending EndingFor(List<X509SignatureFailure> failures)
    {
        if (failures.Count == 0)
        {
            return CertificatePath.Ending.IssuerAbsent;
        }
        return failures.TrueForAll(failure =>
            failure is X509SignatureFailure.UnsupportedAlgorithm or X509SignatureFailure.MalformedAlgorithm
        )
            ? CertificatePath.Ending.UnsupportedAlgorithm
            : CertificatePath.Ending.NoKeyVerifies;
    }

    /// <summary>Key identifiers only order the candidates: an impostor can copy them, and a CA may get them wrong.</summary>
    private IEnumerable<Certificate> CandidatesFor(Certificate top) =>
        candidatesByName[top.Issuer.NormalForm]
            .OrderBy(issuer => HasKeyIdentifier(issuer, top.AuthorityKeyIdentifier) ? 0 : 1);

    private static bool HasKeyIdentifier(Certificate issuer, byte[]? wanted) =>
        wanted is not null && issuer.SubjectKeyIdentifier is { } own && own.AsSpan().SequenceEqual(wanted);

    /// <summary>A CA that changed its key may sign the new one with the old: same name, but another key's identifier.</summary>
    private static bool IsNamedByItself(Certificate certificate) =>
        certificate.AuthorityKeyIdentifier is null
        || certificate.SubjectKeyIdentifier is null
        || HasKeyIdentifier(certificate, certificate.AuthorityKeyIdentifier);

    /// <summary>The same name with the same key again would only lead round in a circle.</summary>
    private static bool IsOn(List<Certificate> path, Certificate candidate) =>
        path.Exists(certificate =>
            string.Equals(certificate.Subject.NormalForm, candidate.Subject.NormalForm, StringComparison.Ordinal)
            && certificate.Key.IsSameAs(candidate.Key)
        );

    private X509SignatureFailure Check(Certificate certificate, Certificate issuer)
    {
        if (checkedSignatures.TryGetValue((certificate, issuer), out var known))
        {
            return known;
        }
        if (checkedSignatures.Count >= MaximumSignatureChecks)
        {
            isTooComplex = true;
            return X509SignatureFailure.Bad;
        }
        return checkedSignatures[(certificate, issuer)] = CertificateSignature.Verify(certificate, issuer);
    }

    private void Consider(List<Certificate> path, CertificatePath.Ending end)
    {
        var candidate = Finish([.. path], end);
        if (best is null || Rank(candidate).CompareTo(Rank(best)) < 0)
        {
            best = candidate;
        }
    }

    private static (bool HasErrors, bool IsIncomplete, int Errors, int Length) Rank(CertificatePath path) =>
        (path.ErrorCount > 0, path.End != CertificatePath.Ending.SelfSigned, path.ErrorCount, path.Certificates.Count);

    private CertificatePath Finish(IReadOnlyList<Certificate> path, CertificatePath.Ending end) =>
        new(
            path,
            end,
            [
                .. PathEndings.Judge(path, end, hasChain, [.. candidatesByName.SelectMany(group => group)]),
                .. validator.Validate(path, end == CertificatePath.Ending.SelfSigned),
            ]
        );
}
