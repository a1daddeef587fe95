using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Server.Hosting.Tls;

/// <summary>
/// The TLS files' content at one moment, the private key among it: to be disposed of. Contents rather than times are
/// compared, so that links that are exchanged and clocks that jump make no difference.
/// </summary>
internal sealed class TlsMaterial : IDisposable
{
    /// <summary>A chain with its key takes a few KB; whatever is larger was named by mistake.</summary>
    private const int MaximumBytes = 1024 * 1024;

    private readonly char[] certificate;
    private readonly char[] key;
    private readonly char[] clientAuthorities;

    private TlsMaterial(char[] certificate, char[] key, char[] clientAuthorities, string fingerprint)
    {
        this.certificate = certificate;
        this.key = key;
        this.clientAuthorities = clientAuthorities;
        Fingerprint = fingerprint;
    }

    public ReadOnlySpan<char> Certificate => certificate;

    public ReadOnlySpan<char> Key => key;

    public ReadOnlySpan<char> ClientAuthorities => clientAuthorities;

    /// <summary>Changes when any of the files does.</summary>
    public string Fingerprint { get; }

    /// <summary>IOException and UnauthorizedAccessException pass through, and name the file.</summary>
    public static TlsMaterial Read(TlsFiles files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var certificateText = ReadOne(files.Certificate, hash);
        var keyText = ReadOne(files.Key, hash);
        var clientAuthorityText = files.ClientAuthorities is { } file ? ReadOne(file, hash) : [];
        return new TlsMaterial(
            certificateText,
            keyText,
            clientAuthorityText,
            Convert.ToHexString(hash.GetHashAndReset())
        );
    }

    public void Dispose() => Array.Clear(key);

    private static char[] ReadOne(string file, IncrementalHash hash)
    {
        if (new FileInfo(file) is { Exists: true, LinkTarget: null, Length: > MaximumBytes })
        {
            throw new IOException($"{file} is longer than {MaximumBytes} bytes.");
        }

        var bytes = File.ReadAllBytes(file);
        try
        {
            hash.AppendData(bytes);
            hash.AppendData([0]);
            return Encoding.UTF8.GetChars(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
