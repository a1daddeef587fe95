using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Reads certificates out of the PEM texts that people have (RFC 7468 and its layouts in the wild): CRLF, BOM, text
/// around, blanks for line breaks, RFC 1421 headers. Never throws; what it cannot use it names, without echoing it.
/// </summary>
internal static class PemReader
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";
    private const int MaximumLabelLength = 64;

    /// <summary>All blocks with a certificate's label, in their order, and everything that was found wrong.</summary>
    public static (IReadOnlyList<PemBlock> Certificates, IReadOnlyList<PemProblem> Problems) Read(string text)
    {
        var certificates = new List<PemBlock>();
        var problems = new List<PemProblem>();
        if (HasEscapedLineBreaks(text))
        {
            problems.Add(
                new PemProblem(
                    "EscapedLineBreaks",
                    IsFatal: true,
                    "found the two characters \\ and n where line breaks belong",
                    "Unescape the text (it looks copied out of JSON or source code) and send real line breaks."
                )
            );
            return (certificates, problems);
        }
        var lines = new LineCounter(text);
        var position = 0;
        while (TryFindBegin(text, ref position, out var label))
        {
            position = ReadBlock(text, position, label, lines, certificates, problems);
        }
        if (certificates.Count == 0 && problems.Count == 0)
        {
            problems.Add(WithoutBlocks(text));
        }
        return (certificates, problems);
    }

    private static bool HasEscapedLineBreaks(string text) =>
        text.Contains(Dashes + "\\n", StringComparison.Ordinal)
        || text.Contains(Dashes + "\\r", StringComparison.Ordinal);

    /// <summary>Leaves the position behind the BEGIN line's dashes.</summary>
    private static bool TryFindBegin(string text, ref int position, out string label)
    {
        while (true)
        {
            var begin = text.IndexOf(Begin, position, StringComparison.Ordinal);
            if (begin < 0)
            {
                label = "";
                return false;
            }
            position = begin + Begin.Length;
            var window = text.AsSpan(position, Math.Min(text.Length - position, MaximumLabelLength + Dashes.Length));
            var length = window.IndexOf(Dashes, StringComparison.Ordinal);
            if (length >= 0 && window[..length].IndexOfAny('\r', '\n') < 0)
            {
                label = window[..length].ToString();
                position += length + Dashes.Length;
                return true;
            }
        }
    }

    /// <summary>Reads the block whose body starts at the position; gives the position behind it.</summary>
    private static int ReadBlock(
        string text,
        int position,
        string label,
        LineCounter lines,
        List<PemBlock> certificates,
        List<PemProblem> problems
    )
    {
        var line = lines.LineAt(position);
        var end = text.IndexOf(End, position, StringComparison.Ordinal);
        var nextBegin = text.IndexOf(Begin, position, StringComparison.Ordinal);
        var isCertificate = label is "CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE";
        if (!isCertificate)
        {
            problems.Add(Foreign(label, line));
        }
        if (end < 0 || (nextBegin >= 0 && nextBegin < end))
        {
            if (isCertificate)
            {
                problems.Add(
                    Damaged($"the block that begins on line {Number(line)} has no END line", "Copy the whole block.")
                );
            }
            return nextBegin >= 0 ? nextBegin : text.Length;
        }
        var behindEnd = end + End.Length;
        var endsRight =
            string.CompareOrdinal(text, behindEnd, label, 0, label.Length) == 0
            && string.CompareOrdinal(text, behindEnd + label.Length, Dashes, 0, Dashes.Length) == 0;
        if (!isCertificate)
        {
            return behindEnd;
        }
        if (!endsRight)
        {
            problems.Add(
                Damaged(
                    $"the END line on line {Number(lines.LineAt(end))} does not match the BEGIN {label} on line {Number(line)}",
                    $"End the block with {End}{label}{Dashes}."
                )
            );
            return behindEnd;
        }
        var body = new PemBody(text.AsMemory(position, end - position), line);
        if (body.TryDecode(out var der, out var reason))
        {
            certificates.Add(new PemBlock(label, der, line));
        }
        else
        {
            problems.Add(Damaged(reason, "Copy the block again from the file that the CA gave."));
        }
        return behindEnd + label.Length + Dashes.Length;
    }

    private static PemProblem Damaged(string reason, string remedy) => new("PemDamaged", IsFatal: true, reason, remedy);

    private static PemProblem Foreign(string label, int line)
    {
        var where = "on line " + Number(line);
        if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
        {
            return new PemProblem(
                "PrivateKeyFound",
                IsFatal: true,
                $"found a PRIVATE KEY block {where}",
                "Send certificates only. The key belongs nowhere here: it has now left its place, so replace it if it is in use."
            );
        }
        return label switch
        {
            "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST" => new PemProblem(
                "RequestFound",
                IsFatal: false,
                $"found a certificate request (CSR) {where}, which is what goes to the CA",
                "Send the certificate that the CA made from it."
            ),
            "PUBLIC KEY" or "RSA PUBLIC KEY" => new PemProblem(
                "PublicKeyFound",
                IsFatal: false,
                $"found a public key {where}",
                "Send the certificate that the CA issued for it."
            ),
            "PKCS7" or "CMS" or "PKCS #7 SIGNED DATA" => new PemProblem(
                "Pkcs7Found",
                IsFatal: false,
                $"found a PKCS#7 file {where}",
                "Take its certificates out, for example with openssl pkcs7 -print_certs, and send those."
            ),
            "X509 CRL" => new PemProblem(
                "RevocationListFound",
                IsFatal: false,
                $"found a certificate revocation list {where}",
                "Send certificates only."
            ),
            _ => new PemProblem(
                "ForeignBlock",
                IsFatal: false,
                $"found a PEM block {where} that is no certificate",
                "Send certificates only: blocks that begin with -----BEGIN CERTIFICATE-----."
            ),
        };
    }

    private static PemProblem WithoutBlocks(string text)
    {
        const string Remedy =
            "Send PEM: text that begins with -----BEGIN CERTIFICATE----- and ends with -----END CERTIFICATE-----.";
        if (string.IsNullOrWhiteSpace(text))
        {
            return new PemProblem("NoPem", IsFatal: true, "it is empty", Remedy);
        }
        if (text.Contains("BEGIN ", StringComparison.Ordinal) && text.Contains("CERTIFICATE", StringComparison.Ordinal))
        {
            return Damaged(
                "the BEGIN line is damaged: BEGIN CERTIFICATE needs exactly five hyphens on each side",
                "Copy the file as plain text: word processors and mail programs change hyphens."
            );
        }
        if (text.StartsWith("MI", StringComparison.Ordinal) && text.All(PemBody.IsBase64OrBlank))
        {
            return new PemProblem("NoPem", IsFatal: true, "found base64 without BEGIN and END lines", Remedy);
        }
        return new PemProblem("NoPem", IsFatal: true, "found no PEM block", Remedy);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Line numbers for rising positions, each character looked at once: texts may have many blocks.</summary>
    private sealed class LineCounter(string text)
    {
        private int position;
        private int line = 1;

        public int LineAt(int target)
        {
            if (target < position)
            {
                return line;
            }
            line += text.AsSpan(position, target - position).Count('\n');
            position = target;
            return line;
        }
    }
}
