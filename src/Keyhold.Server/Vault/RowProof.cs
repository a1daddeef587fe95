using System.Security.Cryptography;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Sealing;
using Keyhold.Storage.Transfer;

namespace Keyhold.Server.Vault;

/// <summary>
/// Proves that a stored row is of use: its HMAC fits, its secret opens, and its private key does what belongs to the public
/// key beside it. Nothing that was opened leaves it.
/// </summary>
internal sealed class RowProof(KeyRing ring, string accountId)
{
    private const string EncryptionTable = "encryption_certificates";
    private const string SealedPrefix = "sealed_";

    private static readonly byte[] Message = "Keyhold proves a private key"u8.ToArray();

    private readonly RowAuthenticator authenticator = new(ring);

    /// <summary>How many private keys have proved themselves.</summary>
    public int PrivateKeys { get; private set; }

    /// <summary>What is wrong with the row; null when nothing is.</summary>
    public string? FindFault(StoredTable table, StoredRow row)
    {
        if (!table.HasHmac)
        {
            return null;
        }

        if (!StoredRows.IsGenuine(table, row, authenticator))
        {
            return "its content does not fit its HMAC";
        }

        var place = table.Columns.ToList().FindIndex(IsSealed);
        return place < 0 ? null : FindFaultOfSecret(table, row, row.Values[place] as byte[] ?? []);

        static bool IsSealed(string column) => column.StartsWith(SealedPrefix, StringComparison.Ordinal);
    }

    private string? FindFaultOfSecret(StoredTable table, StoredRow row, byte[] sealedSecret)
    {
        byte[] keyMaterial = [];
        try
        {
            keyMaterial = ring.Open(RowResealer.ContextOf(accountId, table.Name, row.IdIn(table)), sealedSecret);
            var publicKey = table.Columns.ToList().IndexOf("public_key");
            return publicKey < 0 ? null : FindFaultOfKey(table, keyMaterial, row.Values[publicKey] as byte[] ?? []);
        }
        catch (SealException refused)
        {
            return refused.Message;
        }
        catch (KeyFormatException unreadable)
        {
            return $"its key cannot be read: {unreadable.Message}";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyMaterial);
        }
    }

    private string? FindFaultOfKey(StoredTable table, byte[] keyMaterial, byte[] storedPublicKey)
    {
        using var privateKey = PrivateKey.FromPkcs8(keyMaterial);
        var publicKey = PublicKey.FromSubjectPublicKeyInfo(storedPublicKey);
        if (privateKey.Spec != publicKey.Spec)
        {
            return $"its private key is of spec {privateKey.Spec}, its public key of {publicKey.Spec}";
        }

        if (!(table.Name is EncryptionTable ? Decrypts(privateKey, publicKey) : Signs(privateKey, publicKey)))
        {
            return "its private key and its public key do not belong together";
        }

        PrivateKeys++;
        return null;
    }

    private static bool Signs(PrivateKey privateKey, PublicKey publicKey)
    {
        var algorithm = privateKey.Spec.SigningAlgorithms[0];
        var signature = privateKey.Sign(algorithm, MessageType.Raw, Message);
        return publicKey.Verify(algorithm, MessageType.Raw, Message, signature);
    }

    private static bool Decrypts(PrivateKey privateKey, PublicKey publicKey)
    {
        if (privateKey.Spec.EncryptionAlgorithms is not [var algorithm, ..])
        {
            return Signs(privateKey, publicKey);
        }

        var ciphertext = publicKey.Encrypt(algorithm, Message);
        return privateKey.TryDecrypt(algorithm, ciphertext, out var plaintext)
            && CryptographicOperations.FixedTimeEquals(plaintext, Message);
    }
}
