using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.RootKeys;

/// <summary>
/// Opens and makes the root key of a place. Nothing is kept: a root key is opened for one piece of work and cleared
/// after it. What a user can mend is a <see cref="StartException"/>.
/// </summary>
internal static class RootKeySource
{
    private const string Remedy = "Check --root-key; without the root key the data cannot be opened.";

    /// <summary>
    /// The root key that seals a ring. <see cref="WrongPassphraseException"/> when the passphrase is another one.
    /// </summary>
    public static IRootKey Open(
        RootKeyPlace place,
        string rootKeyId,
        IReadOnlyList<RootKeyRow> recorded,
        ReadOnlySpan<byte> passphrase
    )
    {
        var row = RequireKind(place, rootKeyId, recorded);
        try
        {
            return place switch
            {
                RootKeyPlace.File file => FileRootKey.Load(file.Path),
                RootKeyPlace.Pkcs11 token => Pkcs11RootKey.Open(token),
                _ => PassphraseRootKey.Open(passphrase, row!.Parameters, rootKeyId),
            };
        }
        catch (RootKeyException refused)
        {
            throw new StartException(refused.Message, Remedy, refused);
        }
    }

    /// <summary>
    /// The row of the root key that seals a ring, if it has one. <see cref="StartException"/> when the place is of another
    /// kind.
    /// </summary>
    public static RootKeyRow? RequireKind(RootKeyPlace place, string rootKeyId, IReadOnlyList<RootKeyRow> recorded)
    {
        var row = recorded.FirstOrDefault(row => string.Equals(row.RootKeyId, rootKeyId, StringComparison.Ordinal));
        RequireProvider(place, row?.Provider ?? "file", known: row is not null || recorded.Count == 0);
        return row;
    }

    /// <summary>
    /// A root key for a ring that it does not seal yet: made now, or the one that is there already. A passphrase gets a
    /// salt of its own each time.
    /// </summary>
    public static MadeRootKey Make(RootKeyPlace place, ReadOnlySpan<byte> passphrase)
    {
        try
        {
            switch (place)
            {
                case RootKeyPlace.File file:
                    var create = !File.Exists(file.Path);
                    return new MadeRootKey(
                        create ? FileRootKey.Create(file.Path) : FileRootKey.LoadForNewRing(file.Path),
                        place.Provider,
                        [],
                        create
                    );
                case RootKeyPlace.Pkcs11 token:
                    var (inToken, made) = Pkcs11RootKey.OpenOrCreate(token);
                    return new MadeRootKey(inToken, place.Provider, [], made);
                default:
                    var (ofPassphrase, parameters) = PassphraseRootKey.Create(passphrase);
                    return new MadeRootKey(ofPassphrase, place.Provider, parameters, Created: true);
            }
        }
        catch (RootKeyException refused)
        {
            throw new StartException(refused.Message, Remedy, refused);
        }
    }

    private static void RequireProvider(RootKeyPlace place, string provider, bool known)
    {
        if (!known)
        {
            throw new StartException(
                "The tables key_ring and root_keys of the database do not fit together: one of them is damaged.",
                "Restore the database from a backup."
            );
        }

        if (!string.Equals(place.Provider, provider, StringComparison.Ordinal))
        {
            throw new StartException(
                $"The root key of this data folder is of the kind \"{provider}\", but --root-key says \"{place.Provider}\".",
                provider is "passphrase"
                    ? "Give --root-key passphrase."
                    : "Give the --root-key that the folder was prepared with."
            );
        }
    }
}
