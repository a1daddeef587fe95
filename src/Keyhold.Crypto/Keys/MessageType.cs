namespace Keyhold.Crypto.Keys;

/// <summary>What is handed over for signing: the message itself, or its digest made by the caller.</summary>
public enum MessageType
{
    Raw,
    Digest,
}
