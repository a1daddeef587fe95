using System.Security.Cryptography;
using System.Text;
using Keyhold.Storage;

namespace Keyhold.Server.Tests.Storage;

/// <summary>HMAC-SHA256 under fixed keys, so that known answers stay known. It has the keys 1 and 2.</summary>
internal sealed class TestRowAuthenticator(int currentKeyId = 1) : IRowAuthenticator
{
    public int CurrentKeyId => currentKeyId;

    public void Authenticate(int keyId, ReadOnlySpan<byte> row, Span<byte> mac)
    {
        if (keyId is not (1 or 2))
        {
            throw new KeyNotFoundException($"There is no key {keyId}.");
        }

        HMACSHA256.HashData(Encoding.ASCII.GetBytes($"row key {keyId}"), row, mac);
    }
}
