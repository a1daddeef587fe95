using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Crypto.Sealing;

/// <summary>The PIN of a token, from where the URI says: a file that its owner alone may read, or the environment.</summary>
internal static class Pkcs11Pin
{
    private const string FilePrefix = "file:";
    private const string EnvironmentPrefix = "env:";
    private const int MaximumBytes = 256;

    /// <summary>The caller clears it.</summary>
    internal static byte[] Read(string source)
    {
        if (source.StartsWith(EnvironmentPrefix, StringComparison.Ordinal))
        {
            string name = source[EnvironmentPrefix.Length..];
            string? value = Environment.GetEnvironmentVariable(name);
            return string.IsNullOrEmpty(value)
                ? throw new RootKeyException(
                    $"The PIN should be in the environment variable {name}, which is not set. Set it, or give another pin-source."
                )
                : Encoding.UTF8.GetBytes(value);
        }

        string path = source.StartsWith(FilePrefix, StringComparison.Ordinal) ? source[FilePrefix.Length..] : source;
        return Path.IsPathFullyQualified(path)
            ? PrivateFile.ReadFirstLine(path, "PIN", MaximumBytes)
            : throw new RootKeyException(
                $"The pin-source \"{source}\" of the PKCS#11 URI is neither file:/FULL/PATH nor env:NAME."
            );
    }
}
