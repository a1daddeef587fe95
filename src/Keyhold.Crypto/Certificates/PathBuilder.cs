using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Searches the way from a certificate to a self-signed one or a trust anchor through whatever certificates came along:
/// candidates by the issuer's name, linked only by a key that verifies, with backtracking over renewed and cross-signed
/// CAs. The order in which the certificates were given makes no difference.
/// </summary>
internal sealed class PathBuilder
{
    /// <summary>Longest path: real ones have up to five certificates, test suites up to a dozen.</summary>
    private const int MaximumLength = 16;

    /// <summary>Each costs 20 to 500 microseconds; certificates of one name but many keys would otherwise make them quadratic.</summary>
    private const int MaximumSignatureChecks = 100;

    /// <summary>Looks at a certificate in the search; meshes of cross-signed CAs have exponentially many ways through.</summary>
    private const int MaximumSteps = 1000;

    /// <summary>Ways that are checked to their end: certificates with thousands of names make each of them dear.</summary>
    private const int MaximumPaths = 100;

    private readonly Certificate leaf;
    private readonly bool hasChain;
    private readonly PathValidator validator;
    private readonly JudgementOptions options;
    private readonly Sm2IssuerKeys keys;
    private readonly List<Certificate> candidates;
    private readonly Dictionary<(Certificate, Certificate), X509SignatureFailure> checkedSignatures = [];
    private int steps;
    private int paths;
    private bool isTooComplex;
    private CertificatePath? best;

    /// <param name="chain">The certificates that came along; null when none were sent at all.</param>
    public PathBuilder(
        Certificate leaf,
        IReadOnlyList<Certificate>? chain,
        PathValidator validator,
        JudgementOptions options,
        Sm2IssuerKeys keys
    )
    {
        this.leaf = leaf;
        this.validator = validator;
        this.options = options;
        this.keys = keys;
        hasChain = chain is not null;
        candidates = [.. (chain ?? []).Where(certificate => !certificate.IsSameAs(leaf))];
        candidates.Sort(BetterFirst);
    }

    /// <summary>The best path: without errors, then complete, then short; among bad ones the one nearest to good.</summary>
    public CertificatePath FindBest()
    {
        Extend([leaf]);
        var found = best ?? CertificatePath.Of(leaf);
        if (isTooComplex && (best is null || found.ErrorCount > 0))
        {
            found = found with { Findings = [PathEndings.TooComplex(leaf), .. found.Findings] };
        }
        return found.Unchecked.Count == 0 ? found : found with { Unchecked = WithNamedAbove(found.Unchecked) };
    }

    private void Extend(List<Certificate> path)
    {
        if (best is { ErrorCount: 0, IsComplete: true } && path.Count >= best.Certificates.Count)
        {
            return;
        }
        if (++steps > MaximumSteps)
        {
            isTooComplex = true;
            return;
        }
        var top = path[^1];
        if (options.Anchors.Contains(top))
        {
            Consider(path, CertificatePath.Ending.Anchored);
            return;
        }
        var selfCheck = top.IsSelfIssued ? Check(top, top) : X509SignatureFailure.Bad;
        if (selfCheck == X509SignatureFailure.None)
        {
            Consider(path, CertificatePath.Ending.SelfSigned);
            return;
        }
        var failures = new List<(Certificate Issuer, X509SignatureFailure Failure)>();
        if (top.IsSelfIssued && IsNamedByItself(top))
        {
            failures.Add((top, selfCheck));
        }
        if (!TryExtend(path, top, failures))
        {
            var end = EndingFor(failures);
            Consider(path, end, end == CertificatePath.Ending.NoKeyVerifies ? [] : UncheckedIn(failures, top));
        }
    }

    private bool TryExtend(
        List<Certificate> path,
        Certificate top,
        List<(Certificate Issuer, X509SignatureFailure Failure)> failures
    )
    {
        var isExtended = false;
        foreach (var issuer in CandidatesFor(top))
        {
            if (IsOn(path, issuer))
            {
                continue;
            }
            var failure = Check(top, issuer);
            if (failure != X509SignatureFailure.None)
            {
                failures.Add((issuer, failure));
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
        return isExtended;
    }

    private static CertificatePath.Ending EndingFor(List<(Certificate Issuer, X509SignatureFailure Failure)> failures)
    {
        if (failures.Count == 0)
        {
            return CertificatePath.Ending.IssuerAbsent;
        }
        if (failures.TrueForAll(tried => IsAboutAlgorithm(tried.Failure)))
        {
            return CertificatePath.Ending.UnsupportedAlgorithm;
        }
        return failures.Exists(tried => !IsUsable(tried.Issuer))
            ? CertificatePath.Ending.UnsupportedKey
            : CertificatePath.Ending.NoKeyVerifies;
    }

    /// <summary>Those that may be the right issuer, for all that can be told.</summary>
    private static Certificate[] UncheckedIn(
        List<(Certificate Issuer, X509SignatureFailure Failure)> failures,
        Certificate top
    ) =>
        [
            .. failures
                .Where(tried => IsAboutAlgorithm(tried.Failure) || !IsUsable(tried.Issuer))
                .Select(tried => tried.Issuer)
                .Where(issuer => !issuer.IsSameAs(top)),
        ];

    private static bool IsAboutAlgorithm(X509SignatureFailure failure) =>
        failure is X509SignatureFailure.UnsupportedAlgorithm or X509SignatureFailure.MalformedAlgorithm;

    private static bool IsUsable(Certificate issuer) => issuer.Key.Kind != CertificateKey.KeyKind.Unsupported;

    /// <summary>Where no signature leads on, names do: for telling what belongs together, never for believing it.</summary>
    private List<Certificate> WithNamedAbove(IReadOnlyList<Certificate> certificates)
    {
        var all = new List<Certificate>(certificates);
        for (var i = 0; i < all.Count; i++)
        {
            var below = all[i];
            all.AddRange(
                candidates.Where(candidate =>
                    candidate.Subject.IsSameAs(below.Issuer) && !all.Exists(candidate.IsSameAs)
                )
            );
        }
        return all;
    }

    /// <summary>Key identifiers only order the candidates: an impostor can copy them, and a CA may get them wrong.</summary>
    private List<Certificate> CandidatesFor(Certificate top)
    {
        var found = candidates.FindAll(candidate => candidate.Subject.IsSameAs(top.Issuer));
        var given = found.Count;
        foreach (var anchor in options.Anchors.Named(top.Issuer))
        {
            if (!found.Exists(anchor.IsSameAs))
            {
                found.Add(anchor);
            }
        }
        if (found.Count > given)
        {
            found.Sort(BetterFirst);
        }
        return found.Count < 2
            ? found
            : [.. found.OrderBy(issuer => HasKeyIdentifier(issuer, top.AuthorityKeyIdentifier) ? 0 : 1)];
    }

    /// <summary>By what the certificates are, never by where they stood.</summary>
    private int BetterFirst(Certificate one, Certificate other)
    {
        var byDate = validator.IsInDate(other).CompareTo(validator.IsInDate(one));
        var byEnd = byDate != 0 ? byDate : other.NotAfter.CompareTo(one.NotAfter);
        return byEnd != 0 ? byEnd : one.Der.Span.SequenceCompareTo(other.Der.Span);
    }

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
            certificate.Subject.IsSameAs(candidate.Subject) && certificate.Key.IsSameAs(candidate.Key)
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
        return checkedSignatures[(certificate, issuer)] = CertificateSignature.Verify(certificate, issuer, keys);
    }

    private void Consider(
        List<Certificate> path,
        CertificatePath.Ending end,
        IReadOnlyList<Certificate>? notChecked = null
    )
    {
        if (++paths > MaximumPaths)
        {
            isTooComplex = true;
            return;
        }
        var candidate = Finish(new CertificatePath([.. path], end, []) { Unchecked = notChecked ?? [] });
        if (best is null || Rank(candidate).CompareTo(Rank(best)) < 0)
        {
            best = candidate;
        }
    }

    private static (bool HasErrors, bool IsIncomplete, int Errors, int Length) Rank(CertificatePath path) =>
        (path.ErrorCount > 0, !path.IsComplete, path.ErrorCount, path.Certificates.Count);

    private CertificatePath Finish(CertificatePath path)
    {
        List<Finding> findings =
        [
            .. PathEndings.Judge(path, hasChain, candidates, options.Anchors),
            .. validator.Validate(path),
        ];
        return path with
        {
            Findings = findings,
            ErrorCount = findings.Count(finding =>
                JudgementRules.Find(finding.Code).In(options.Profile) == FindingSeverity.Error
            ),
        };
    }
}
