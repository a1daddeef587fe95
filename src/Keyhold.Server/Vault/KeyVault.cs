using System.Diagnostics;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Access;
using Keyhold.Server.Hosting;
using Keyhold.Server.Metrics;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Vault;

/// <summary>
/// The only code that joins stored keys with the means to open them. Seals new private keys, and lends stored
/// ones for a <see cref="KeyUse"/>; parsed keys stay ready in memory, the least recently used making room.
/// </summary>
internal sealed class KeyVault(KeyRing ring, Installation installation, Instruments instruments) : IDisposable
{
    /// <summary>Parsed keys kept ready: an RSA key takes some 4 KB, so this is about 8 MB at the most.</summary>
    public const int MaximumKeysReady = 2_000;

    private readonly Lock door = new();
    private readonly Dictionary<KeySlot, LinkedListNode<SharedKey>> ready = [];
    private readonly LinkedList<SharedKey> byUse = new();
    private long lastForgotten;
    private bool disposed;

    /// <summary>How many parsed keys are in memory.</summary>
    public int KeysReady
    {
        get
        {
            lock (door)
            {
                return ready.Count;
            }
        }
    }

    /// <summary>Is told which certificate's keys were forgotten.</summary>
    public Action<CertificateId>? Forgot { get; set; }

    /// <summary>Seals a certificate's own key for the row that is to hold it.</summary>
    public byte[] Seal(CertificateId certificateId, PrivateKey key) => Seal(KeySlot.OfCertificate(certificateId), key);

    /// <summary>Seals the key of its encryption certificate.</summary>
    public byte[] SealEncryptionKey(CertificateId certificateId, PrivateKey key) =>
        Seal(KeySlot.OfEncryptionCertificate(certificateId), key);

    /// <summary>Lends the certificate's private key until the lease is disposed of.</summary>
    public KeyLease Borrow(KeyUse use, CertificateRow row) =>
        Borrow(use, row.CertificateId, KeySlot.OfCertificate(use.CertificateId), row.SealedPrivateKey);

    /// <summary>Lends the private key of the certificate's encryption certificate.</summary>
    public EncryptionKeyLease BorrowEncryptionKey(KeyUse use, EncryptionCertificateRow row) =>
        new(Borrow(use, row.CertificateId, KeySlot.OfEncryptionCertificate(use.CertificateId), row.SealedPrivateKey));

    /// <summary>
    /// Forgets both keys of a certificate: after a change of status and after deletion. Leases that are out run to their
    /// end.
    /// </summary>
    public void Forget(CertificateId certificateId)
    {
        Drop(certificateId);
        Forgot?.Invoke(certificateId);
    }

    /// <summary>The same, without telling.</summary>
    public void Drop(CertificateId certificateId)
    {
        lock (door)
        {
            lastForgotten = Stopwatch.GetTimestamp();
            Forget(KeySlot.OfCertificate(certificateId));
            Forget(KeySlot.OfEncryptionCertificate(certificateId));
        }
    }

    /// <summary>Forgets every key.</summary>
    public void DropAll()
    {
        lock (door)
        {
            lastForgotten = Stopwatch.GetTimestamp();
            foreach (var key in byUse)
            {
                key.Retire();
            }

            byUse.Clear();
            ready.Clear();
        }
    }

    public void Dispose()
    {
        lock (door)
        {
            disposed = true;
            DropAll();
        }
    }

    private byte[] Seal(KeySlot slot, PrivateKey key)
    {
        var keyMaterial = key.ExportPkcs8();
        try
        {
            return ring.Seal(slot.ContextIn(installation.AccountId), keyMaterial);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyMaterial);
        }
    }

    private KeyLease Borrow(KeyUse use, string owner, KeySlot slot, byte[] sealedPrivateKey)
    {
        if (!string.Equals(use.CertificateId.Value, owner, StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The right to use a key was given for another certificate.");
        }

        var lease = TryBorrowReady(slot, sealedPrivateKey);
        instruments.KeyLookedUp(wasReady: lease is not null);
        return lease ?? Keep(use, slot, sealedPrivateKey, Open(slot, sealedPrivateKey));
    }

    private void Forget(KeySlot slot)
    {
        if (ready.Remove(slot, out var node))
        {
            byUse.Remove(node);
            node.Value.Retire();
        }
    }

    private KeyLease? TryBorrowReady(KeySlot slot, byte[] sealedPrivateKey)
    {
        lock (door)
        {
            if (!ready.TryGetValue(slot, out var node))
            {
                return null;
            }

            if (!node.Value.IsOf(sealedPrivateKey))
            {
                // Another node put another key here, or the same one was sealed anew: what the row holds counts.
                Forget(slot);
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

    private PrivateKey Open(KeySlot slot, byte[] sealedPrivateKey)
    {
        var keyMaterial = ring.Open(slot.ContextIn(installation.AccountId), sealedPrivateKey);
        try
        {
            return PrivateKey.FromPkcs8(keyMaterial);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyMaterial);
        }
    }

    private KeyLease Keep(KeyUse use, KeySlot slot, byte[] sealedPrivateKey, PrivateKey key)
    {
        lock (door)
        {
            if (disposed || lastForgotten >= use.GivenAt)
            {
                // The row may have been read before its key was forgotten: lend the key once and keep nothing.
                return new SharedKey(slot, sealedPrivateKey, key).LeaseForGood();
            }

            if (ready.TryGetValue(slot, out var earlier) && !earlier.Value.IsOf(sealedPrivateKey))
            {
                // Of two rows that were read at once nobody knows here which is the newer.
                return new SharedKey(slot, sealedPrivateKey, key).LeaseForGood();
            }

            if (earlier is not null)
            {
                // Two requests opened the same key at once: one copy is enough.
                key.Dispose();
                return earlier.Value.Lease();
            }

            if (ready.Count >= MaximumKeysReady && byUse.Last is { } oldest)
            {
                byUse.RemoveLast();
                ready.Remove(oldest.Value.Slot);
                oldest.Value.Retire();
            }

            var shared = new SharedKey(slot, sealedPrivateKey, key);
            ready.Add(slot, byUse.AddFirst(shared));
            return shared.Lease();
        }
    }
}
