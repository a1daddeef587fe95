using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// A root key that never leaves its HSM: a 256-bit AES key in a PKCS#11 token (OASIS PKCS#11 2.40), which encrypts with
/// CKM_AES_GCM. Used from one thread at a time.
/// </summary>
public sealed class Pkcs11RootKey : IRootKey
{
    private const int KeyBytes = 32;

    // Fixed nonce, text and associated data give one fixed result, so nothing else is ever under this nonce.
    private static readonly byte[] FingerprintNonce = new byte[Pkcs11WrappedKey.NonceSize];
    private static readonly byte[] FingerprintText = "keyhold root key"u8.ToArray();
    private static readonly byte[] FingerprintContext = "keyhold root key 1: id"u8.ToArray();

    private readonly Pkcs11Session token;
    private readonly IObjectHandle key;

    private Pkcs11RootKey(Pkcs11Session token, IObjectHandle key)
    {
        this.token = token;
        this.key = key;
        Id = Convert.ToHexStringLower(
            SHA256.HashData(Encrypt(FingerprintNonce, FingerprintContext, FingerprintText)).AsSpan(0, 16)
        );
    }

    public string Id { get; }

    /// <summary>Uses the key of the URI, which must be there; <see cref="RootKeyException"/> says what is wrong.</summary>
    public static Pkcs11RootKey Open(RootKeyPlace.Pkcs11 place) => Use(place, create: false).RootKey;

    /// <summary>Uses the key of the URI, or makes it, not to be read out, when the token has none of that label.</summary>
    public static (Pkcs11RootKey RootKey, bool Created) OpenOrCreate(RootKeyPlace.Pkcs11 place) =>
        Use(place, create: true);

    public byte[] Wrap(ReadOnlySpan<byte> context, ReadOnlySpan<byte> key)
    {
        byte[] nonce = new byte[Pkcs11WrappedKey.NonceSize];
        do
        {
            RandomNumberGenerator.Fill(nonce);
        } while (nonce.AsSpan().IndexOfAnyExcept((byte)0) < 0);

        byte[] copy = key.ToArray();
        try
        {
            return Pkcs11WrappedKey.Join(nonce, Encrypt(nonce, Pkcs11WrappedKey.AssociatedData(context), copy));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    public byte[] Unwrap(ReadOnlySpan<byte> context, ReadOnlySpan<byte> wrapped)
    {
        (byte[] nonce, byte[] encrypted) = Pkcs11WrappedKey.Split(wrapped);
        using IMechanism mechanism = Gcm(nonce, Pkcs11WrappedKey.AssociatedData(context));
        try
        {
            return token.Session.Decrypt(mechanism, key, encrypted);
        }
        catch (Pkcs11Exception failure) when (IsBadData(failure.RV))
        {
            throw new SealException(
                SealFailure.DamagedOrMoved,
                "A key of the ring does not open under the root key: it was changed, or it was wrapped under another id "
                    + "or time. Restore the database from a backup."
            );
        }
        catch (Pkcs11Exception failure)
        {
            throw token.Failed("decrypt", failure);
        }
    }

    public void Dispose() => token.Dispose();

    private static (Pkcs11RootKey RootKey, bool Created) Use(RootKeyPlace.Pkcs11 place, bool create)
    {
        ArgumentNullException.ThrowIfNull(place);
        var opened = Pkcs11Session.LogIn(place.Uri);
        try
        {
            IObjectHandle? found = opened.FindKey();
            IObjectHandle handle = found ?? (create ? opened.MakeKey(KeyBytes) : throw opened.NoKey());
            opened.RequireFit(handle, KeyBytes);
            return (new Pkcs11RootKey(opened, handle), found is null);
        }
        catch (Pkcs11Exception failure)
        {
            opened.Dispose();
            throw opened.Failed("use the root key", failure);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>What the modules answer to a tag that does not fit; SoftHSM has CKR_ENCRYPTED_DATA_INVALID or GENERAL_ERROR.</summary>
    private static bool IsBadData(CKR code) =>
        code
            is CKR.CKR_ENCRYPTED_DATA_INVALID
                or CKR.CKR_ENCRYPTED_DATA_LEN_RANGE
                or CKR.CKR_DATA_INVALID
                or CKR.CKR_GENERAL_ERROR
                or CKR.CKR_FUNCTION_FAILED;

    private byte[] Encrypt(byte[] nonce, byte[] associatedData, byte[] text)
    {
        using IMechanism mechanism = Gcm(nonce, associatedData);
        try
        {
            return token.Session.Encrypt(mechanism, key, text);
        }
        catch (Pkcs11Exception failure)
        {
            throw token.Failed("encrypt with CKM_AES_GCM", failure);
        }
    }

    private static IMechanism Gcm(byte[] nonce, byte[] associatedData) =>
        Pkcs11Module.Factories.MechanismFactory.Create(
            CKM.CKM_AES_GCM,
            Pkcs11Module.Factories.MechanismParamsFactory.CreateCkGcmParams(
                nonce,
                (ulong)(8 * nonce.Length),
                associatedData,
                8 * Pkcs11WrappedKey.TagSize
            )
        );
}
