namespace Keyhold.Protocol.Signing;

internal enum ReplayVerdict
{
    New,
    Seen,
    Full,
    Expired,

    /// <summary>The clock was set back to a time whose nonces are not remembered any more.</summary>
    Forgotten,
}
