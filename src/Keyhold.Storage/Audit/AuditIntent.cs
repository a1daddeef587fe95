namespace Keyhold.Storage.Audit;

/// <summary>
/// What the current request is about to change. While it is open, every transaction of the request's own flow commits it
/// along with the change (<see cref="IntendingDatabase"/>): an operation can neither forget it nor do without.
/// </summary>
public sealed class AuditIntent : IDisposable
{
    private static readonly AsyncLocal<AuditIntent?> Flow = new();

    private readonly string node;
    private readonly DateTimeOffset begunAt;
    private readonly Func<AuditMade?, byte[]> tell;
    private AuditMade? made;
    private volatile bool isClosed;
    private volatile bool isCommitted;

    private AuditIntent(string requestId, string node, DateTimeOffset begunAt, Func<AuditMade?, byte[]> tell)
    {
        RequestId = requestId;
        this.node = node;
        this.begunAt = begunAt;
        this.tell = tell;
    }

    public string RequestId { get; }

    /// <summary>Whether a transaction has committed it: then its event is owed.</summary>
    public bool IsCommitted => isCommitted;

    internal static AuditIntent? Current => Flow.Value is { isClosed: false } open ? open : null;

    /// <summary>
    /// Opens an intent for what the calling method does from here on, recorded in the chain of <paramref name="node"/>.
    /// <paramref name="tell"/> gives the fields of its event and is asked at each transaction, in the request's own flow:
    /// only then is it known what the request makes.
    /// </summary>
    public static AuditIntent Begin(
        string requestId,
        string node,
        DateTimeOffset begunAt,
        Func<AuditMade?, byte[]> tell
    )
    {
        var intent = new AuditIntent(requestId, node, begunAt, tell);
        Flow.Value = intent;
        return intent;
    }

    /// <summary>Closed also for what the request has left running, such as a write that nobody waits for.</summary>
    public void Dispose() => isClosed = true;

    /// <summary>A store says what it is about to add, whose id no request has named.</summary>
    internal static void Make(string kind, string id)
    {
        if (Current is { } open)
        {
            open.made = new AuditMade(kind, id);
        }
    }

    internal AuditIntentRow Row() => new(RequestId, node, begunAt, tell(made));

    internal void Committed() => isCommitted = true;
}
