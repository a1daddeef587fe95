namespace Keyhold.Crypto.Sealing;

/// <summary>Something sealed did not open. The message says what and why, and holds nothing of it.</summary>
public sealed class SealException : Exception
{
    public SealException(SealFailure failure, string message)
        : base(message) => Failure = failure;

    public SealFailure Failure { get; }
}
