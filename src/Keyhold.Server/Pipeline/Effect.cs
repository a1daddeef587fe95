namespace Keyhold.Server.Pipeline;

/// <summary>What an operation does to the world.</summary>
internal enum Effect
{
    /// <summary>Reads only, or computes with a public key.</summary>
    Reads,

    /// <summary>Computes with a private key and changes nothing: the access check adds a <c>KeyUse</c>.</summary>
    UsesPrivateKey,

    /// <summary>Changes stored state: a captured request must never run twice.</summary>
    ChangesState,

    /// <summary>Both of the last two, with both their rules.</summary>
    UsesPrivateKeyAndChangesState,
}
