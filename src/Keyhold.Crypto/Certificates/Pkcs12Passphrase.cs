using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// A passphrase in the two forms that PKCS#12 files want: UTF-16 with a terminator (RFC 7292 appendix B.1) and UTF-8
/// (PBES2). Cleared on disposal.
/// </summary>
internal sealed class Pkcs12Passphrase : IDisposable
{
    public Pkcs12Passphrase(ReadOnlySpan<char> passphrase)
    {
        Utf8 = new byte[Encoding.UTF8.GetByteCount(passphrase)];
        Encoding.UTF8.GetBytes(passphrase, Utf8);
        Utf16 = new byte[Encoding.BigEndianUnicode.GetByteCount(passphrase) + 2];
        Encoding.BigEndianUnicode.GetBytes(passphrase, Utf16);
    }

    public byte[] Utf8 { get; }

    public byte[] Utf16 { get; private set; }

    public bool IsEmpty => Utf8.Length == 0;

    /// <summary>Some programs write an empty passphrase as no bytes at all, without the terminator.</summary>
    public void DropTerminatorOfEmpty() => Utf16 = IsEmpty ? [] : Utf16;

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(Utf8);
        CryptographicOperations.ZeroMemory(Utf16);
    }
}
