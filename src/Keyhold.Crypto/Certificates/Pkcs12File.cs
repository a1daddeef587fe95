using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// A key and its certificates from and to a PKCS#12 file (RFC 7292). Reading checks the MAC before it opens anything and
/// limits what the file may cost; writing uses PBES2 with AES-256 and a MAC with SHA-256.
/// </summary>
public static class Pkcs12File
{
    /// <summary>A key with a hundred certificates has less.</summary>
    public const int MaximumBytes = 512 * 1024;

    /// <summary>The file must hold exactly one key and a certificate for it.</summary>
    /// <exception cref="Pkcs12Exception">It does not, the passphrase is wrong, or the file is none; says which.</exception>
    public static Pkcs12Content Read(ReadOnlySpan<byte> pfx, ReadOnlySpan<char> passphrase)
    {
        if (pfx.Length > MaximumBytes)
        {
            throw new Pkcs12Exception(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the file has {pfx.Length} bytes, at most {MaximumBytes} are read"
                ),
                "Export only the key with the certificates between it and its root."
            );
        }
        using var forms = new Pkcs12Passphrase(passphrase);
        var reader = new Pkcs12Reader(forms);
        PrivateKey? taken = null;
        var file = pfx.ToArray();
        try
        {
            reader.Read(file);
            var content = Assemble(reader);
            taken = content.Key;
            return content;
        }
        catch (AsnContentException)
        {
            throw new Pkcs12Exception(
                "it is not a PKCS#12 file, or a damaged one",
                "Send the .p12 or .pfx file, base64 encoded."
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
            foreach (var key in reader.Keys.Where(key => !ReferenceEquals(key, taken)))
            {
                key.Dispose();
            }
        }
    }

    /// <param name="key">The private key of the certificate.</param>
    /// <param name="chain">The certificates above it, issuer first.</param>
    public static byte[] Write(
        PrivateKey key,
        Certificate certificate,
        IReadOnlyList<Certificate> chain,
        ReadOnlySpan<char> passphrase
    )
    {
        using var forms = new Pkcs12Passphrase(passphrase);
        return Pkcs12Writer.Write(key, [certificate, .. chain], passphrase, forms);
    }

    private static Pkcs12Content Assemble(Pkcs12Reader reader)
    {
        if (reader.Keys.Count == 0)
        {
            throw new Pkcs12Exception("the file holds no private key", "Export it again together with the key.");
        }
        var keys = reader
            .Keys.DistinctBy(
                key => Convert.ToHexString(key.PublicKey.SubjectPublicKeyInfo.Span),
                StringComparer.Ordinal
            )
            .ToArray();
        if (keys.Length > 1)
        {
            throw new Pkcs12Exception(
                string.Create(CultureInfo.InvariantCulture, $"the file holds {keys.Length} private keys, expected one"),
                "Export one key with its certificates."
            );
        }
        var own = CertificateKey.Inspect(keys[0].PublicKey.SubjectPublicKeyInfo);
        var certificate =
            reader.Certificates.Find(candidate => candidate.Key.IsSameAs(own))
            ?? throw new Pkcs12Exception(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"none of the {reader.Certificates.Count} certificates in the file is for its private key"
                ),
                "Export the key together with the certificate issued for it."
            );
        return new Pkcs12Content(
            keys[0],
            certificate,
            [.. reader.Certificates.Where(other => !other.IsSameAs(certificate))]
        );
    }
}
