using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Server.Vault;

/// <summary>The private key of an encryption certificate on loan: it decrypts and can be given out, and cannot sign.</summary>
internal sealed class EncryptionKeyLease(KeyLease lease) : IDisposable
{
    public bool TryDecrypt(EncryptionAlgorithm algorithm, ReadOnlySpan<byte> ciphertext, out byte[] plaintext) =>
        lease.Key.TryDecrypt(algorithm, ciphertext, out plaintext);

    public byte[] ExportEncryptedPkcs8(string passphrase) => lease.Key.ExportEncryptedPkcs8(passphrase);

    public byte[] WritePkcs12(Certificate certificate, IReadOnlyList<Certificate> chain, string passphrase) =>
        Pkcs12File.Write(lease.Key, certificate, chain, passphrase);

    public void Dispose() => lease.Dispose();
}
