using System.Security.Cryptography;
using System.Text;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Cli.Input;

/// <summary>
/// A file with certificates, taken apart without judging them: the server does that, with better words. Blocks keep
/// their text as it was.
/// </summary>
internal static class PemBundle
{
    private const string End = "CERTIFICATE-----";
    private static readonly string[] Begins =
    [
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN X509 CERTIFICATE-----",
        "-----BEGIN TRUSTED CERTIFICATE-----",
    ];

    /// <summary>Begins the encoding of 1.2.840.113549.1.7.2, which stands first in a PKCS#7 file (RFC 5652).</summary>
    private static ReadOnlySpan<byte> SignedData => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];

    /// <summary>The text of a file of certificates; DER, a certificate or PKCS#7, becomes PEM.</summary>
    public static string ToPem(byte[] content, string name)
    {
        const byte derSequence = 0x30;
        const int longestHeader = 6;
        if (content is [derSequence, >= 0x80, ..])
        {
            var start = content.AsSpan(0, Math.Min(content.Length, longestHeader + SignedData.Length));
            var label = start.IndexOf(SignedData) >= 0 ? "PKCS7" : "CERTIFICATE";
            return PemEncoding.WriteString(label, content) + "\n";
        }

        return content.AsSpan().Contains((byte)0)
            ? throw new UsageException($"{name} is neither PEM nor DER. Give a certificate in one of these.")
            : Encoding.UTF8.GetString(content);
    }

    /// <summary>The PEM certificates in <paramref name="text"/>, in their order; what stands between is dropped.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var blocks = new List<string>();
        var place = 0;
        while (NextBegin(text, place) is var (start, begin))
        {
            var end = text.IndexOf("-----END ", start + begin.Length, StringComparison.Ordinal);
            var close = end < 0 ? -1 : text.IndexOf(End, end, StringComparison.Ordinal);
            if (close < 0)
            {
                break;
            }

            place = close + End.Length;
            blocks.Add(text[start..place] + "\n");
        }

        return blocks;
    }

    /// <summary>
    /// The place of the first certificate whose key is <paramref name="key"/>; 0 when there is none, since then the
    /// server's refusal of the first explains best what is wrong.
    /// </summary>
    public static int FirstMadeFor(IReadOnlyList<string> blocks, PublicKey key)
    {
        for (var place = 0; place < blocks.Count; place++)
        {
            if (KeyOf(blocks[place]).Span.SequenceEqual(key.SubjectPublicKeyInfo.Span))
            {
                return place;
            }
        }

        return 0;
    }

    private static (int Start, string Begin)? NextBegin(string text, int from)
    {
        (int Start, string Begin)? first = null;
        foreach (var begin in Begins)
        {
            var start = text.IndexOf(begin, from, StringComparison.Ordinal);
            if (start >= 0 && (first is null || start < first.Value.Start))
            {
                first = (start, begin);
            }
        }

        return first;
    }

    private static ReadOnlyMemory<byte> KeyOf(string block)
    {
        try
        {
            var begin = Begins.First(each => block.StartsWith(each, StringComparison.Ordinal));
            var end = block.IndexOf("-----END ", StringComparison.Ordinal);
            return Certificate.Parse(Convert.FromBase64String(block[begin.Length..end])).SubjectPublicKeyInfo;
        }
        catch (Exception problem) when (problem is FormatException or CertificateFormatException)
        {
            return default;
        }
    }
}
