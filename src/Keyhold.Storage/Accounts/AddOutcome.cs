namespace Keyhold.Storage.Accounts;

/// <summary>What became of a row that was to be added; only for Added was anything changed.</summary>
public enum AddOutcome
{
    Added,
    Exists,
    TooMany,
}
