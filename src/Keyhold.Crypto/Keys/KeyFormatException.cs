namespace Keyhold.Crypto.Keys;

/// <summary>
/// A key that cannot be taken in. The message says what was found, what was expected and what to do, and holds
/// nothing of the key.
/// </summary>
public sealed class KeyFormatException : Exception
{
    public KeyFormatException(string message)
        : base(message) { }
}
