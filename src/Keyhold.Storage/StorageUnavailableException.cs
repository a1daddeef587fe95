namespace Keyhold.Storage;

/// <summary>
/// The place that holds the data cannot be used now: in use by another process, full, read-only, failing, damaged.
/// The message names the place and the remedy.
/// </summary>
public sealed class StorageUnavailableException : Exception
{
    public StorageUnavailableException(string message)
        : base(message) { }

    public StorageUnavailableException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>Whether another process holds the data folder, and nothing else is wrong.</summary>
    public bool IsInUse { get; init; }
}
