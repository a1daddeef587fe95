namespace Keyhold.Server.Hosting;

/// <summary>What came of sealing.</summary>
internal enum SealOutcome
{
    /// <summary>Every key is cleared.</summary>
    Sealed,

    WasSealed,

    /// <summary>Nothing new is taken, and what still runs clears the keys when it ends.</summary>
    StillRunning,
}
