using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>From the PEM texts of a submission to certificates; what is in the way becomes findings.</summary>
internal static class SubmissionReader
{
    /// <summary>A request's body is limited to 1 MiB; a longer text comes from elsewhere and is not worth reading.</summary>
    internal const int MaximumCharacters = 1024 * 1024;

    /// <summary>Enough for a whole trust store pasted in (some 150 roots), few enough to parse at once.</summary>
    internal const int MaximumCertificates = 250;

    /// <summary>Enough to see what is wrong; a damaged file of a thousand blocks is not mended one by one.</summary>
    private const int MaximumProblems = 20;

    private const string Leaf = "Certificate";
    private const string Chain = "CertificateChain";

    /// <summary>Exactly one certificate, or null with an error among the findings.</summary>
    public static Certificate? ReadCertificate(string text, List<Finding> findings)
    {
        var certificates = Read(Leaf, text, findings, firstPlace: 0);
        if (certificates is null || certificates.Count == 1)
        {
            return certificates?[0];
        }
        var count = certificates.Count.ToString(CultureInfo.InvariantCulture);
        findings.Add(
            new Finding(
                "SeveralCertificates",
                FindingSeverity.Error,
                Leaf,
                certificates[0].Subject.Shown,
                $"found {count} certificates (a fullchain file?): keep the first here, move the rest to CertificateChain",
                "The command `keyhold cert upload` splits such a file itself."
            )
        );
        return null;
    }

    /// <summary>The certificates of all texts in the order given, duplicates among them; null when there is no chain.</summary>
    public static IReadOnlyList<Certificate>? ReadChain(IEnumerable<string> texts, List<Finding> findings)
    {
        List<Certificate>? certificates = null;
        foreach (var text in texts.Where(text => !string.IsNullOrWhiteSpace(text)))
        {
            certificates ??= [];
            certificates.AddRange(Read(Chain, text, findings, certificates.Count + 1) ?? []);
        }
        if (certificates?.Count > MaximumCertificates)
        {
            findings.Add(TooMany(Chain, certificates.Count));
            return [];
        }
        return certificates;
    }

    /// <summary>Null when nothing in the text can be used.</summary>
    private static List<Certificate>? Read(string parameter, string text, List<Finding> findings, int firstPlace)
    {
        if (text.Length > MaximumCharacters)
        {
            findings.Add(
                Error(
                    "TooLong",
                    parameter,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"it has {text.Length} characters, at most {MaximumCharacters} are read"
                    ),
                    "Send only the certificates that belong to this one."
                )
            );
            return null;
        }
        var (blocks, problems) = PemReader.Read(text);
        // A private key or damage refuses the whole text; other things beside certificates are only in the way.
        var isRefused = blocks.Count == 0 || problems.Any(problem => problem.IsFatal);
        findings.AddRange(
            problems
                .OrderByDescending(problem => problem.IsFatal)
                .Take(MaximumProblems)
                .Select(problem => new Finding(
                    problem.Code,
                    isRefused ? FindingSeverity.Error : FindingSeverity.Warning,
                    parameter,
                    null,
                    problem.Reason,
                    isRefused ? problem.Remedy : "It was left out."
                ))
        );
        if (isRefused)
        {
            return null;
        }
        if (blocks.Count > MaximumCertificates)
        {
            findings.Add(TooMany(parameter, blocks.Count));
            return null;
        }
        return Parse(parameter, blocks, findings, firstPlace);
    }

    private static List<Certificate>? Parse(
        string parameter,
        IReadOnlyList<PemBlock> blocks,
        List<Finding> findings,
        int firstPlace
    )
    {
        var certificates = new List<Certificate>();
        var isComplete = true;
        for (var i = 0; i < blocks.Count; i++)
        {
            try
            {
                certificates.Add(Certificate.Parse(WithoutTrustData(blocks[i])));
            }
            catch (CertificateFormatException failure)
            {
                isComplete = false;
                findings.Add(
                    Error(
                        "Malformed",
                        parameter,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"certificate {i + 1} of {blocks.Count} (line {blocks[i].Line}) cannot be read: {failure.Reason}"
                        ),
                        "Send the certificate exactly as the CA gave it."
                    ) with
                    {
                        Index = firstPlace + i,
                        Found = failure.Reason,
                        Expected = "a certificate in DER",
                    }
                );
            }
        }
        return isComplete ? certificates : null;
    }

    /// <summary>OpenSSL's TRUSTED CERTIFICATE has its own data behind the certificate.</summary>
    private static ReadOnlyMemory<byte> WithoutTrustData(PemBlock block)
    {
        if (block.Label is not "TRUSTED CERTIFICATE")
        {
            return block.Der;
        }
        return System.Formats.Asn1.AsnDecoder.TryReadEncodedValue(
            block.Der.Span,
            System.Formats.Asn1.AsnEncodingRules.DER,
            out _,
            out _,
            out _,
            out var consumed
        )
            ? block.Der[..consumed]
            : block.Der;
    }

    private static Finding TooMany(string parameter, int count) =>
        Error(
            "TooManyCertificates",
            parameter,
            string.Create(
                CultureInfo.InvariantCulture,
                $"found {count} certificates, at most {MaximumCertificates} are read"
            ),
            "Send only the certificates between this one and its root."
        );

    private static Finding Error(string code, string parameter, string reason, string remedy) =>
        new(code, FindingSeverity.Error, parameter, null, reason, remedy);
}
