namespace Keyhold.Storage;

/// <summary>
/// The schema that this program brings. A database says beside its own version which is the oldest program that may
/// use it, so that a program of the previous release can run on while the database is already the next one's.
/// </summary>
public static class Schema
{
    /// <summary>The number of the last migration.</summary>
    public const int Version = 7;

    /// <summary>
    /// The oldest program, by its own <see cref="Version"/>, that may use a database of this version. An earlier one does
    /// not move notices of expiry to a new data key.
    /// </summary>
    public const int OldestProgram = 7;
}
