using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// One key of the ring in use. The stored key itself encrypts nothing: HKDF with SHA-256 (RFC 5869) makes one key for
/// sealing and another for authenticating rows from it, each with its own info.
/// </summary>
internal sealed class RingKey : IDisposable
{
    internal const int Size = 32;

    private readonly byte[] sealingKey = new byte[Size];
    private readonly byte[] rowKey = new byte[Size];
    private volatile bool disposed;

    internal RingKey(int id, ReadOnlySpan<byte> storedKey)
    {
        Id = id;
        HKDF.DeriveKey(HashAlgorithmName.SHA256, storedKey, sealingKey, [], "keyhold ring 1: sealing"u8);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, storedKey, rowKey, [], "keyhold ring 1: row authentication"u8);
    }

    internal int Id { get; }

    internal ReadOnlySpan<byte> SealingKey
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return sealingKey;
        }
    }

    internal void Authenticate(ReadOnlySpan<byte> row, Span<byte> mac)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        HMACSHA256.HashData(rowKey, row, mac);
        RequireAlive();
    }

    /// <summary>
    /// To be called after each use, before its result counts: a key that is cleared says so first, so whoever still
    /// finds it alive has used no zeros.
    /// </summary>
    internal void RequireAlive()
    {
        Interlocked.MemoryBarrier();
        ObjectDisposedException.ThrowIf(disposed, this);
    }

    public void Dispose()
    {
        disposed = true;
        Interlocked.MemoryBarrier();
        CryptographicOperations.ZeroMemory(sealingKey);
        CryptographicOperations.ZeroMemory(rowKey);
    }
}
