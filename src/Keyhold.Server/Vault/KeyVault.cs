using System.Diagnostics;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Vault;

/// <summary>
/// The only code that joins stored keys with the means to open them. Seals new private keys, and lends stored
/// ones for a <see cref="KeyUse"/>; parsed keys stay ready in memory, the least recently used making room.
/// </summary>
internal sealed class KeyVault(KeyRing ring, Installation installation) : IDisposable
{
    /// <summary>Parsed keys kept ready: an RSA key takes some 4 KB, so this is about 8 MB at the most.</summary>
    public const int MaximumKeysReady = 2_000;

    private const string Purpose = "certificate-private-key";

    private readonly Lock door = new();
    private readonly Dictionary<CertificateId, LinkedListNode<SharedKey>> ready = [];
    private readonly LinkedList<SharedKey> byUse = new();
    private long lastForgotten;
    private bool disposed;

    /// <summary>Seals a new key for the row that is to hold it.</summary>
    public byte[] Seal(CertificateId certificateId, PrivateKey key)
    {
        var keyMaterial = key.ExportPkcs8();
        try
        {
            return ring.Seal(ContextOf(certificateId), keyMaterial);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyMaterial);
        }
    }

    /// <summary>Lends the certificate's private key until the lease is disposed of.</summary>
    public KeyLease Borrow(KeyUse use, CertificateRow row)
    {
        if (!string.Equals(use.CertificateId.Value, row.CertificateId, StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The right to use a key was given for another certificate.");
        }

        return TryBorrowReady(use.CertificateId) ?? Keep(use, Open(use.CertificateId, row));
    }

    /// <summary>Forgets a key: after a change of status and after deletion. Leases that are out run to their end.</summary>
    public void Forget(CertificateId certificateId)
    {
        lock (door)
        {
            lastForgotten = Stopwatch.GetTimestamp();
            if (ready.Remove(certificateId, out var node))
            {
                byUse.Remove(node);
                node.Value.Retire();
            }
        }
    }

    public void Dispose()
    {
        lock (door)
        {
            disposed = true;
            foreach (var key in byUse)
            {
                key.Retire();
            }

            byUse.Clear();
            ready.Clear();
        }
    }

    private KeyLease? TryBorrowReady(CertificateId certificateId)
    {
        lock (door)
        {
            if (!ready.TryGetValue(certificateId, out var node))
            {
                return null;
            }

            if (byUse.First != node)
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
            }

            return node.Value.Lease();
        }
    }

    private PrivateKey Open(CertificateId certificateId, CertificateRow row)
    {
        var keyMaterial = ring.Open(ContextOf(certificateId), row.SealedPrivateKey);
        try
        {
            return PrivateKey.FromPkcs8(keyMaterial);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyMaterial);
        }
    }

    private KeyLease Keep(KeyUse use, PrivateKey key)
    {
        var certificateId = use.CertificateId;
        lock (door)
        {
            if (disposed || lastForgotten >= use.GivenAt)
            {
                // The row may have been read before its key was forgotten: lend the key once and keep nothing.
                return new SharedKey(certificateId, key).LeaseForGood();
            }

            if (ready.TryGetValue(certificateId, out var earlier))
            {
                // Two requests opened the same key at once: one copy is enough.
                key.Dispose();
                return earlier.Value.Lease();
            }

            if (ready.Count >= MaximumKeysReady && byUse.Last is { } oldest)
            {
                byUse.RemoveLast();
                ready.Remove(oldest.Value.CertificateId);
                oldest.Value.Retire();
            }

            var shared = new SharedKey(certificateId, key);
            ready.Add(certificateId, byUse.AddFirst(shared));
            return shared.Lease();
        }
    }

    private SealContext ContextOf(CertificateId certificateId) =>
        new(Purpose, installation.AccountId, certificateId.Value);
}
