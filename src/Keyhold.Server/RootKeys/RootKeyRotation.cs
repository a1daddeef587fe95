using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Server.Vault;
using Keyhold.Storage;
using Keyhold.Storage.Audit;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.RootKeys;

/// <summary>
/// Puts the whole ring under another root key in one transaction: a kill at any moment leaves all of it under the old
/// one or all of it under the new one. The calling flow's audit intent is committed with it. Before the commit, the
/// stored rows are opened with the new root key as it was read again from its place.
/// </summary>
internal static class RootKeyRotation
{
    /// <summary>
    /// The new root key, which the caller disposes of; <paramref name="name"/> is told its id before anything is stored.
    /// </summary>
    public static async Task<IRootKey> RunAsync(
        Database database,
        IRootKey from,
        RootKeyPlace to,
        ReadOnlyMemory<byte> newPassphrase,
        Action<string> name,
        CancellationToken stop
    )
    {
        var before = await new KeyRingStore(database).ListAsync(stop);
        using var ring = KeyRing.Open(from, RingRows.ToKeys(before));
        var store = new KeyRingStore(new IntendingDatabase(database, new RowAuthenticator(ring)));
        using var made = RootKeySource.Make(to, newPassphrase.Span);
        if (string.Equals(made.Key.Id, from.Id, StringComparison.Ordinal))
        {
            throw new StartException(
                $"The data folder is under the root key of {to.Text} already.",
                "Name another place with --to; a file that is not there is made."
            );
        }

        name(made.Key.Id);
        var after = KeyRing.Rewrap(from, made.Key, RingRows.ToKeys(before)).Select(RingRows.ToRow).ToList();
        var readAgain = RootKeySource.Open(to, made.Key.Id, [made.Row], newPassphrase.Span);
        try
        {
            var done = await store.RewrapAsync(
                before,
                after,
                made.Row,
                stored => KeyRing.Open(readAgain, RingRows.ToKeys(stored)).Dispose(),
                stop
            );
            return done
                ? readAgain
                : throw new StartException(
                    "The key ring changed while it was being sealed anew, and is as it was.",
                    "Try again."
                );
        }
        catch
        {
            readAgain.Dispose();
            throw;
        }
    }
}
