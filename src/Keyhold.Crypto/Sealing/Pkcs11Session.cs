using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Net.Pkcs11Interop.HighLevelAPI.Factories;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// A session, logged in, with the token that a URI names. Logging in is tried once: tokens lock themselves after a few
/// wrong PINs. Closing the last session of the process logs out.
/// </summary>
internal sealed class Pkcs11Session : IDisposable
{
    private const int IdSize = 16;

    private readonly Pkcs11Uri uri;
    private readonly Pkcs11Module module;

    private Pkcs11Session(Pkcs11Uri uri, Pkcs11Module module, ISession session)
    {
        this.uri = uri;
        this.module = module;
        Session = session;
    }

    internal ISession Session { get; }

    /// <summary><see cref="RootKeyException"/> when module, token or PIN are not there or not right.</summary>
    internal static Pkcs11Session LogIn(Pkcs11Uri uri)
    {
        byte[] pin = Pkcs11Pin.Read(uri.PinSource);
        Pkcs11Module? taken = null;
        ISession? session = null;
        try
        {
            taken = Pkcs11Module.Take(uri.ModulePath);
            session = FindToken(uri, taken).OpenSession(SessionType.ReadWrite);
            session.Login(CKU.CKU_USER, pin);
            return new Pkcs11Session(uri, taken, session);
        }
        catch (Pkcs11Exception failure) when (failure.RV is CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            return new Pkcs11Session(uri, taken!, session!);
        }
        catch (Exception failure)
        {
            session?.Dispose();
            taken?.Dispose();
            throw failure is Pkcs11Exception refused ? Explain(uri, "log in", refused) : failure;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pin);
        }
    }

    /// <summary>The key with the URI's label, or null; <see cref="RootKeyException"/> when there are several.</summary>
    internal IObjectHandle? FindKey()
    {
        IObjectAttributeFactory attributes = Pkcs11Module.Factories.ObjectAttributeFactory;
        List<IObjectHandle> found = Session.FindAllObjects([
            attributes.Create(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY),
            attributes.Create(CKA.CKA_TOKEN, true),
            attributes.Create(CKA.CKA_LABEL, uri.Object),
        ]);
        return found.Count < 2
            ? found.SingleOrDefault()
            : throw new RootKeyException(
                $"The token {Name(uri)} has {found.Count} secret keys labelled \"{uri.Object}\"; expected one. Give the root "
                    + "key a label of its own."
            );
    }

    /// <summary>Makes an AES key that can encrypt and decrypt, and neither be read out nor changed.</summary>
    internal IObjectHandle MakeKey(int bytes)
    {
        IObjectAttributeFactory attributes = Pkcs11Module.Factories.ObjectAttributeFactory;
        using IMechanism mechanism = Pkcs11Module.Factories.MechanismFactory.Create(CKM.CKM_AES_KEY_GEN);
        return Session.GenerateKey(
            mechanism,
            [
                attributes.Create(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY),
                attributes.Create(CKA.CKA_KEY_TYPE, CKK.CKK_AES),
                attributes.Create(CKA.CKA_VALUE_LEN, (ulong)bytes),
                attributes.Create(CKA.CKA_LABEL, uri.Object),
                attributes.Create(CKA.CKA_ID, RandomNumberGenerator.GetBytes(IdSize)),
                attributes.Create(CKA.CKA_TOKEN, true),
                attributes.Create(CKA.CKA_PRIVATE, true),
                attributes.Create(CKA.CKA_SENSITIVE, true),
                attributes.Create(CKA.CKA_EXTRACTABLE, false),
                attributes.Create(CKA.CKA_ENCRYPT, true),
                attributes.Create(CKA.CKA_DECRYPT, true),
                attributes.Create(CKA.CKA_WRAP, false),
                attributes.Create(CKA.CKA_UNWRAP, false),
            ]
        );
    }

    /// <summary>A key that somebody else made must be as good as one made here.</summary>
    internal void RequireFit(IObjectHandle key, int bytes)
    {
        List<IObjectAttribute> values = Session.GetAttributeValue(
            key,
            [CKA.CKA_KEY_TYPE, CKA.CKA_VALUE_LEN, CKA.CKA_SENSITIVE, CKA.CKA_EXTRACTABLE]
        );
        try
        {
            string? reason =
                values[0].GetValueAsUlong() != (ulong)CKK.CKK_AES || values[1].GetValueAsUlong() != (ulong)bytes
                    ? $"it is no AES key of {8 * bytes} bits"
                : !values[2].GetValueAsBool() || values[3].GetValueAsBool() ? "it can be read out of the token"
                : null;
            if (reason is not null)
            {
                throw new RootKeyException(
                    $"The key \"{uri.Object}\" of the token {Name(uri)} cannot be the root key: {reason}. Let `keyhold init` "
                        + "make a key under a label that is free."
                );
            }
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    internal RootKeyException NoKey() =>
        new(
            $"The token {Name(uri)} has no secret key labelled \"{uri.Object}\". Name the key that this data folder was "
                + "prepared with; `keyhold init` and `keyhold rotate root-key` make new ones."
        );

    internal RootKeyException Failed(string action, Pkcs11Exception failure) => Explain(uri, action, failure);

    public void Dispose()
    {
        try
        {
            Session.Dispose();
        }
        finally
        {
            module.Dispose();
        }
    }

    private static ISlot FindToken(Pkcs11Uri uri, Pkcs11Module module)
    {
        var seen = new List<string>();
        var found = new List<ISlot>();
        foreach (ISlot slot in module.Library.GetSlotList(SlotsType.WithTokenPresent))
        {
            ITokenInfo token = slot.GetTokenInfo();
            if (!token.TokenFlags.TokenInitialized)
            {
                continue;
            }

            seen.Add(token.Label);
            if (
                (uri.Token is null || string.Equals(uri.Token, token.Label, StringComparison.Ordinal))
                && (uri.Serial is null || string.Equals(uri.Serial, token.SerialNumber, StringComparison.Ordinal))
            )
            {
                found.Add(slot);
            }
        }

        return found.Count == 1
            ? found[0]
            : throw new RootKeyException(
                found.Count > 1
                    ? $"{found.Count} tokens are {Name(uri)}. Tell them apart with serial=NUMBER in the URI."
                    : $"The PKCS#11 module {uri.ModulePath} shows no token {Name(uri)}; it shows "
                        + (seen.Count == 0 ? "none" : string.Join(", ", seen.Select(label => $"\"{label}\"")))
                        + ". Plug in and switch on the HSM, check its configuration, or mend the URI."
            );
    }

    private static RootKeyException Explain(Pkcs11Uri uri, string action, Pkcs11Exception failure) =>
        new(
            failure.RV switch
            {
                CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE =>
                    $"The PIN of the token {Name(uri)} is wrong. It was tried once: tokens lock themselves after a few wrong "
                        + $"PINs. Mend the PIN at {uri.PinSource}.",
                CKR.CKR_PIN_LOCKED =>
                    $"The PIN of the token {Name(uri)} is locked after too many wrong ones. Let the HSM's security officer set a "
                        + "new one.",
                _ =>
                    $"The token {Name(uri)} failed to {action}: {failure.RV}. Check the HSM and its connection, then try again.",
            },
            failure
        );

    private static string Name(Pkcs11Uri uri) =>
        (uri.Token, uri.Serial) switch
        {
            (null, { } serial) => $"with serial number {serial}",
            ({ } label, null) => $"\"{label}\"",
            var (label, serial) => $"\"{label}\" with serial number {serial}",
        };
}
