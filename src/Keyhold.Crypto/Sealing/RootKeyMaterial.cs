using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// The 32 bytes of a root key that is held in memory: what a root key file holds and what Argon2id makes of a
/// passphrase. Cleared with this object.
/// </summary>
internal sealed class RootKeyMaterial : IDisposable
{
    internal const int Size = 32;

    private readonly byte[] material;
    private bool disposed;

    /// <summary>Takes over the bytes.</summary>
    internal RootKeyMaterial(byte[] key)
    {
        material = key;
        Id = Convert.ToHexStringLower(
            HKDF.DeriveKey(HashAlgorithmName.SHA256, key, outputLength: 16, info: "keyhold root key 1: id"u8.ToArray())
        );
    }

    internal string Id { get; }

    internal byte[] Wrap(ReadOnlySpan<byte> context, ReadOnlySpan<byte> key)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return WrappedKey.Wrap(material, context, key);
    }

    internal byte[] Unwrap(ReadOnlySpan<byte> context, ReadOnlySpan<byte> wrapped)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return WrappedKey.Unwrap(material, context, wrapped);
    }

    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(material);
    }
}
