namespace Keyhold.Crypto.Certificates;

/// <summary>An error refuses the submission; a warning is kept with it.</summary>
public enum FindingSeverity
{
    Warning,
    Error,
}
