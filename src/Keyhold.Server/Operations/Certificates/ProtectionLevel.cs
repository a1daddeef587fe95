namespace Keyhold.Server.Operations.Certificates;

/// <summary>How private keys are kept, in the API's words.</summary>
internal static class ProtectionLevel
{
    /// <summary>Keys are sealed by software; there is no HSM behind them.</summary>
    public const string Software = "SOFTWARE";
}
