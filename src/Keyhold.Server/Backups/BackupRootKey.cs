using System.Security.Cryptography;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Server.RootKeys;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.Backups;

/// <summary>The root key of a ring, open for one piece of work, with its place.</summary>
internal sealed class BackupRootKey : IDisposable
{
    private BackupRootKey(IRootKey key, RootKeyPlace place)
    {
        Key = key;
        Place = place;
    }

    public IRootKey Key { get; }

    public RootKeyPlace Place { get; }

    /// <summary>
    /// Opens the root key that --root-key names, or that the ring's kind says; <see cref="StartException"/> for what a user
    /// can mend.
    /// </summary>
    /// <param name="whose">What the root key is to open, for messages.</param>
    public static async Task<BackupRootKey> OpenAsync(
        ServerOptions options,
        string whose,
        string rootKeyId,
        IReadOnlyList<RootKeyRow> recorded,
        CancellationToken stop
    )
    {
        var place = options.RootKey ?? SealedFolder.DefaultOf(options, recorded);
        RequireKind(place, whose, rootKeyId, recorded);
        var passphrase = place is RootKeyPlace.Passphrase ? Ask(options, whose) : [];
        try
        {
            // Argon2id and HSMs take their time.
            var key = await Task.Run(() => RootKeySource.Open(place, rootKeyId, recorded, passphrase), stop);
            return new BackupRootKey(key, place);
        }
        catch (WrongPassphraseException refused)
        {
            throw new StartException(
                $"{whose} opens with another passphrase: {refused.Message}",
                $"Give the one that was in force for the root key {rootKeyId}.",
                refused
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(passphrase);
        }
    }

    public void Dispose() => Key.Dispose();

    private static void RequireKind(
        RootKeyPlace place,
        string whose,
        string rootKeyId,
        IReadOnlyList<RootKeyRow> recorded
    )
    {
        var row = recorded.FirstOrDefault(each => string.Equals(each.RootKeyId, rootKeyId, StringComparison.Ordinal));
        if (row is not null && !string.Equals(row.Provider, place.Provider, StringComparison.Ordinal))
        {
            throw new StartException(
                $"{whose} opens with the root key {rootKeyId} of the kind {row.Provider}, and the one given is of the kind "
                    + $"{place.Provider}.",
                "Give the root key that was in force then, by --root-key."
            );
        }
    }

    private static byte[] Ask(ServerOptions options, string whose) =>
        options.AskPassphrase?.Invoke(false)
        ?? throw new StartException(
            $"{whose} opens with a passphrase, and nobody is there to give it.",
            "Run this on a terminal, or use --passphrase-file or --passphrase-fd."
        );
}
