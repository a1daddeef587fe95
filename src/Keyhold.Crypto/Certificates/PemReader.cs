using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Reads certificates out of the PEM texts that people have (RFC 7468 and its layouts in the wild): CRLF, BOM, text
/// around, blanks for line breaks, RFC 1421 headers; PKCS#7 files; base64 alone. Never throws; what it cannot use it
/// names, without echoing it.
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
            ReadWithoutBlocks(text, certificates, problems);
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
        var isRead =
            label is "CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE" || ForeignContent.IsPkcs7(label);
        if (!isRead)
        {
            problems.Add(ForeignContent.OfLabel(label, OnLine(line)));
        }
        if (end < 0 || (nextBegin >= 0 && nextBegin < end))
        {
            if (isRead)
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
        if (!isRead)
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
            Sort(label, der, line, OnLine(line), certificates, problems);
        }
        else
        {
            problems.Add(Damaged(reason, "Copy the block again from the file that the CA gave."));
        }
        return behindEnd + label.Length + Dashes.Length;
    }

    private static PemProblem Damaged(string reason, string remedy) => new("PemDamaged", IsFatal: true, reason, remedy);

    /// <summary>What is inside may be another thing than the label says: Windows writes PKCS#7 files as CERTIFICATE.</summary>
    private static void Sort(
        string label,
        ReadOnlyMemory<byte> der,
        int line,
        string where,
        List<PemBlock> certificates,
        List<PemProblem> problems
    )
    {
        var kind = DerContent.KindOf(der);
        if (kind == DerContent.Kind.Pkcs7 || ForeignContent.IsPkcs7(label))
        {
            AddIfAny(problems, ForeignContent.ReadPkcs7(der, line, where, certificates));
        }
        else if (ForeignContent.OfKind(kind, where) is { } problem)
        {
            problems.Add(problem);
        }
        else
        {
            certificates.Add(new PemBlock(label, der, line));
        }
    }

    private static void AddIfAny(List<PemProblem> problems, PemProblem? problem)
    {
        if (problem is not null)
        {
            problems.Add(problem);
        }
    }

    private static void ReadWithoutBlocks(string text, List<PemBlock> certificates, List<PemProblem> problems)
    {
        const string Remedy =
            "Send PEM: text that begins with -----BEGIN CERTIFICATE----- and ends with -----END CERTIFICATE-----.";
        var content = text.AsMemory().Trim('\ufeff').Trim();
        if (content.IsEmpty)
        {
            problems.Add(new PemProblem("NoPem", IsFatal: true, "it is empty", Remedy));
        }
        else if (
            text.Contains("BEGIN ", StringComparison.Ordinal) && text.Contains("CERTIFICATE", StringComparison.Ordinal)
        )
        {
            problems.Add(
                Damaged(
                    "the BEGIN line is damaged: BEGIN CERTIFICATE needs exactly five hyphens on each side",
                    "Copy the file as plain text: word processors and mail programs change hyphens."
                )
            );
        }
        else if (!LooksLikeBase64(content.Span))
        {
            problems.Add(new PemProblem("NoPem", IsFatal: true, "found no PEM block", Remedy));
        }
        else if (new PemBody(content, 1).TryDecode(out var der, out var reason))
        {
            Sort("CERTIFICATE", der, 1, "in base64", certificates, problems);
        }
        else
        {
            problems.Add(Damaged($"found base64 without BEGIN and END lines, in which {reason}", Remedy));
        }
    }

    /// <summary>A DER sequence begins with M; MI are the long ones, among them all certificates.</summary>
    private static bool LooksLikeBase64(ReadOnlySpan<char> content)
    {
        if (content.StartsWith("MI", StringComparison.Ordinal))
        {
            return true;
        }
        foreach (var character in content)
        {
            if (!PemBody.IsBase64OrBlank(character))
            {
                return false;
            }
        }
        return content[0] == 'M';
    }

    private static string OnLine(int line) => "on line " + Number(line);

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
