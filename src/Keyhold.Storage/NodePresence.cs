namespace Keyhold.Storage;

/// <summary>
/// What a running node keeps at a shared database: its name, which no second one may bear; that a node is running at all;
/// and hearsay between nodes. What it hears only saves memory: nothing that must be true rests on it, since it can be late
/// or lost.
/// </summary>
public sealed class NodePresence : IAsyncDisposable
{
    private readonly Action<string> tell;
    private readonly Func<ValueTask> leave;

    internal NodePresence(Action<string> tell, Func<ValueTask> leave)
    {
        this.tell = tell;
        this.leave = leave;
    }

    /// <summary>Tells the other nodes; at some time, or never.</summary>
    public void Tell(string news) => tell(news);

    public ValueTask DisposeAsync() => leave();
}
