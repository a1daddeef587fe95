namespace Keyhold.Protocol.Rpc;

/// <summary>
/// What a request may cost. Official clients put whole certificate chains and 30 KB secrets, percent-encoded, into the
/// query of a POST, so the target may be large; everything else is bounded well above what any client sends.
/// </summary>
public static class RequestLimits
{
    public const int MaxTargetBytes = 512 * 1024;
    public const int MaxBodyBytes = 1024 * 1024;

    /// <summary>Query and body together.</summary>
    public const int MaxParameters = 1000;

    public const int MaxSignedHeaders = 100;
    public const int MaxAccessKeyIdCharacters = 128;
}
