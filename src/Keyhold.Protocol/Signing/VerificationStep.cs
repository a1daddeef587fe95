namespace Keyhold.Protocol.Signing;

/// <summary>The steps of verification, in the only order in which they are safe.</summary>
internal enum VerificationStep
{
    None,
    Form,
    Signature,
    Replay,
}
