namespace Keyhold.Crypto.Sealing;

/// <summary>The root key cannot be made or read. The message names the place, the reason and what to do.</summary>
public sealed class RootKeyException : Exception
{
    public RootKeyException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
