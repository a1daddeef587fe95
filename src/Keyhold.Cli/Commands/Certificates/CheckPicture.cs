using System.Globalization;
using Keyhold.Cli.Output;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>
/// A report for people: the path as a tree, root first, with a mark at each certificate; then the findings; the verdict
/// last, where the eye is.
/// <code>
/// ✓ CN=Root,O=Example,C=CN
/// │   EC P-256, signed by itself with ECDSA-SHA256, valid 2026-11-24 to 2036-11-21
/// └─✗ CN=shop.example,O=Example,C=CN
///       RSA 2048, signed with ECDSA-SHA256, valid 2025-11-24 to 2026-11-21
/// </code>
/// </summary>
internal static class CheckPicture
{
    private const string Good = "\u2713";
    private const string Doubtful = "!";
    private const string Bad = "\u2717";
    private const string Unknown = "?";

    public static void Write(Terminal terminal, JudgementReport report)
    {
        WriteTree(terminal, report);
        foreach (var finding in report.Findings)
        {
            WriteFinding(terminal, finding);
        }

        WriteVerdict(terminal, report);
    }

    private static void WriteTree(Terminal terminal, JudgementReport report)
    {
        if (report.Path is not [.., var top])
        {
            return;
        }

        var depth = 0;
        if (report.RootMissing && !top.Certificate.IsSelfIssued)
        {
            var root = NameOf(top.Certificate.Issuer);
            var why =
                report.IssuerIsUnchecked ? "given, but what it signed cannot be checked"
                : report.IssuerIsGiven ? "given, but without the key that signed what is below"
                : "not given";
            WriteNode(terminal, depth++, CertificateMark.Doubtful, Unknown, root, why, isLast: false);
        }

        for (var place = report.Path.Count - 1; place >= 0; place--)
        {
            var node = report.Path[place];
            var name = NameOf(node.Certificate.Subject);
            var description = Describe(node, report, isTop: place == report.Path.Count - 1);
            WriteNode(terminal, depth++, node.Mark, SignOf(node.Mark), name, description, isLast: place == 0);
        }

        terminal.Out.WriteLine();
    }

    private static void WriteNode(
        Terminal terminal,
        int depth,
        CertificateMark mark,
        string sign,
        string name,
        string description,
        bool isLast
    )
    {
        var branch = depth == 0 ? "" : new string(' ', (depth - 1) * 2) + "\u2514\u2500";
        var below = new string(' ', depth * 2) + (isLast ? "    " : "\u2502   ");
        var names = Wrap(name, terminal.Width - below.Length);
        Screen.WriteMarked(terminal, branch, sign, ToneOf(mark), " " + names[0]);
        foreach (var line in names.Skip(1).Concat(Wrap(description, terminal.Width - below.Length)))
        {
            terminal.Out.WriteLine(below + line);
        }
    }

    private static string Describe(ReportedCertificate node, JudgementReport report, bool isTop)
    {
        var certificate = node.Certificate;
        // A CA that changed its key signs the new one under the same name: only the end of a path is signed by itself.
        var itself = isTop && !report.RootMissing && certificate.IsSelfIssued ? " by itself" : "";
        var anchor = isTop && report.EndsInAnchor ? "trust anchor, " : "";
        return $"{anchor}{node.Key}, signed{itself} with {node.SignatureAlgorithm}, "
            + $"valid {Day(certificate.NotBefore)} to {Day(certificate.NotAfter)}";
    }

    private static void WriteFinding(Terminal terminal, Finding finding)
    {
        const string indent = "  ";
        var mark = finding.Severity == FindingSeverity.Error ? CertificateMark.Bad : CertificateMark.Doubtful;
        Screen.WriteMarked(terminal, "", SignOf(mark), ToneOf(mark), $" {finding.Code}{ConcernedBy(finding)}");
        foreach (var sentence in new[] { $"{Capital(finding.Reason)}.", finding.Remedy })
        {
            foreach (var line in Wrap(sentence, terminal.Width - indent.Length))
            {
                terminal.Out.WriteLine(indent + line);
            }
        }

        terminal.Out.WriteLine();
    }

    /// <summary>Which certificate as it was given; the reason names it in words.</summary>
    private static string ConcernedBy(Finding finding) =>
        finding switch
        {
            { Index: > 0 and { } index } => string.Create(
                CultureInfo.InvariantCulture,
                $", number {index} of the chain"
            ),
            { Parameter: "CertificateChain" } => ", the chain",
            _ => ", the certificate",
        };

    private static void WriteVerdict(Terminal terminal, JudgementReport report)
    {
        var (mark, word) = report switch
        {
            { Accepted: true, Findings.Count: 0 } => (CertificateMark.Good, "Good"),
            { Accepted: true } => (CertificateMark.Good, "Good, with warnings"),
            { Readable: true } => (CertificateMark.Bad, "Refused"),
            _ => (CertificateMark.Bad, "Unreadable"),
        };
        var profile = report.Profile == JudgementProfile.Strict ? "strict" : "compatible";
        var at = report.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Screen.WriteMarked(terminal, "", SignOf(mark), ToneOf(mark), $" {word} (profile {profile}, at {at})");
    }

    private static IReadOnlyList<string> Wrap(string text, int width) =>
        LineWrap.Words(Plain.Text(text), Math.Max(width, 20));

    private static string NameOf(DistinguishedName name) => name.IsEmpty ? "(no name)" : name.ToString();

    private static string Day(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Capital(string clause) =>
        clause.Length == 0 ? clause : char.ToUpperInvariant(clause[0]) + clause[1..];

    private static string SignOf(CertificateMark mark) =>
        mark switch
        {
            CertificateMark.Good => Good,
            CertificateMark.Doubtful => Doubtful,
            _ => Bad,
        };

    private static Screen.Tone ToneOf(CertificateMark mark) =>
        mark switch
        {
            CertificateMark.Good => Screen.Tone.Good,
            CertificateMark.Doubtful => Screen.Tone.Doubtful,
            _ => Screen.Tone.Bad,
        };
}
