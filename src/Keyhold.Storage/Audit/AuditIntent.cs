namespace Keyhold.Storage.Audit;

/// <summary>
/// What the current request is about to change. While it is open, every transaction of the request's own flow commits it
/// along with the change (<see cref="IntendingDatabase"/>): an operation can neither forget it nor do without.
/// </summary>
public sealed class AuditIntent : IDisposable
{
    private static readonly AsyncLocal<AuditIntent?> Flow = new();

    private volatile bool isClosed;
    private volatile bool isCommitted;

    private AuditIntent(AuditIntentRow row) => Row = row;

    public AuditIntentRow Row { get; }

    /// <summary>Whether a transaction has committed it: then its event is owed.</summary>
    public bool IsCommitted => isCommitted;

    internal static AuditIntent? Current => Flow.Value is { isClosed: false } open ? open : null;

    /// <summary>Opens an intent for what the calling method does from here on.</summary>
    public static AuditIntent Begin(AuditIntentRow row)
    {
        var intent = new AuditIntent(row);
        Flow.Value = intent;
        return intent;
    }

    /// <summary>Closed also for what the request has left running, such as a write that nobody waits for.</summary>
    public void Dispose() => isClosed = true;

    internal void Committed() => isCommitted = true;
}
