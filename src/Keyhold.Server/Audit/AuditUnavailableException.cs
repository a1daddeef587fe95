namespace Keyhold.Server.Audit;

/// <summary>The trail cannot be written now, so what should have been recorded must not be answered. Says why.</summary>
internal sealed class AuditUnavailableException(string reason, Exception? cause = null)
    : Exception($"The audit trail cannot be written: {reason}", cause);
