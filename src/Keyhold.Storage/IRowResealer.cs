namespace Keyhold.Storage;

/// <summary>
/// Moves what rows hold to the newest key, without Storage seeing a key or a secret: what <see cref="IRowAuthenticator"/>
/// is for HMACs, with the means to seal a secret anew.
/// </summary>
public interface IRowResealer : IRowAuthenticator
{
    /// <summary>The first bytes of every secret that is sealed under the newest key.</summary>
    ReadOnlyMemory<byte> CurrentHeader { get; }

    /// <summary>The same secret under the newest key; null when it is under it already.</summary>
    byte[]? Reseal(string table, string rowId, byte[] sealedSecret);
}
