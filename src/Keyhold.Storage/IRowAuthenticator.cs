namespace Keyhold.Storage;

/// <summary>
/// Makes the HMAC of rows under a key that Storage never sees. <see cref="Authenticate"/> may be called from several
/// threads at once and throws <see cref="KeyNotFoundException"/> for a key id that it does not know.
/// </summary>
public interface IRowAuthenticator
{
    /// <summary>The key for rows written from now on.</summary>
    int CurrentKeyId { get; }

    /// <summary>Writes the 32 bytes of HMAC-SHA256 over <paramref name="row"/>.</summary>
    void Authenticate(int keyId, ReadOnlySpan<byte> row, Span<byte> mac);
}
