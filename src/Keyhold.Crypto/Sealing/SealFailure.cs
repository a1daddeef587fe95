namespace Keyhold.Crypto.Sealing;

/// <summary>Why something sealed did not open.</summary>
public enum SealFailure
{
    /// <summary>It is not in the sealed form of a version known here.</summary>
    NotSealed,

    /// <summary>It names a key that the ring does not hold.</summary>
    UnknownKey,

    /// <summary>It was changed, or belongs to another purpose, owner or row.</summary>
    DamagedOrMoved,

    /// <summary>The root key is not the one that sealed the ring.</summary>
    WrongRootKey,
}
