using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Cli.Input;

/// <summary>A file with certificates as text, not judged: judgement says with better words what it is.</summary>
internal static class CertificateFile
{
    /// <summary>The file's text; DER, of a certificate or of PKCS#7, becomes PEM.</summary>
    public static string ReadPem(string path, Terminal terminal)
    {
        const byte derSequence = 0x30;
        var content = InputFile.ReadBytes(path, terminal);
        if (content is [derSequence, >= 0x80, ..])
        {
            return PemEncoding.WriteString(LabelOf(content), content) + "\n";
        }

        return content.AsSpan().Contains((byte)0)
            ? throw new UsageException(
                $"{InputFile.Name(path)} is neither PEM nor DER. Give a certificate in one of these."
            )
            : Encoding.UTF8.GetString(content);
    }

    /// <summary>A PKCS#7 file begins with the identifier of signed data, 1.2.840.113549.1.7.2 (RFC 5652 section 3).</summary>
    private static string LabelOf(ReadOnlySpan<byte> der)
    {
        const int longestHeader = 6;
        ReadOnlySpan<byte> signedData = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
        var start = der[..Math.Min(der.Length, longestHeader + signedData.Length)];
        return start.IndexOf(signedData) >= 0 ? "PKCS7" : "CERTIFICATE";
    }
}
