namespace Keyhold.Crypto.Sealing;

/// <summary>
/// The key above all others: it wraps the keys of the ring and is kept outside the database (in a file, a passphrase,
/// an HSM).
/// </summary>
public interface IRootKey : IDisposable
{
    /// <summary>A fingerprint that tells root keys apart; not secret.</summary>
    string Id { get; }

    /// <summary>Encrypts a key so that it opens only under the same context.</summary>
    byte[] Wrap(ReadOnlySpan<byte> context, ReadOnlySpan<byte> key);

    /// <summary>Decrypts a key; <see cref="SealException"/> when it was changed or wrapped otherwise. The caller clears it.</summary>
    byte[] Unwrap(ReadOnlySpan<byte> context, ReadOnlySpan<byte> wrapped);
}
