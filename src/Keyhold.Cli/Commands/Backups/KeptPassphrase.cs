using System.Security.Cryptography;

namespace Keyhold.Cli.Commands.Backups;

/// <summary>A passphrase that is asked for once and needed again and again; cleared at the end.</summary>
internal sealed class KeptPassphrase(Func<bool, byte[]?>? ask) : IDisposable
{
    private byte[]? kept;

    /// <summary>A copy, which the caller clears.</summary>
    public byte[]? Ask(bool chosenNow) => (kept ??= ask?.Invoke(chosenNow))?.ToArray();

    public void Dispose() => CryptographicOperations.ZeroMemory(kept);
}
