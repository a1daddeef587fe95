namespace Keyhold.Storage.Sqlite;

/// <summary>One caller's work in the writer's queue: waiting, then begun or given up, then answered.</summary>
internal abstract class WriteUnit
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int GivenUp = 2;

    private int state = Waiting;

    /// <summary>False when the caller has given up meanwhile: then nothing may be run.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref state, Begun, Waiting) == Waiting;

    /// <summary>Does the work on the calling thread and keeps what came of it.</summary>
    public abstract void Run(Session session);

    /// <summary>What the work threw, if it did.</summary>
    public Exception? Failure { get; protected set; }

    /// <summary>Hands out what <see cref="Run"/> kept: only after the commit, since it may rest on other units' work.</summary>
    /// <param name="explain">Turns what a unit threw into what its caller should read.</param>
    public abstract void Answer(Func<Exception, Exception> explain);

    /// <summary>Answers with an exception instead of what <see cref="Run"/> kept, because nothing was committed.</summary>
    public abstract void Fail(Exception exception);

    protected bool TryGiveUp() => Interlocked.CompareExchange(ref state, GivenUp, Waiting) == Waiting;
}

/// <inheritdoc/>
internal sealed class WriteUnit<T>(Func<Session, CancellationToken, ValueTask<T>> write) : WriteUnit
{
    private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Answered => answer.Task;

    public void GiveUp(CancellationToken stop)
    {
        if (TryGiveUp())
        {
            answer.TrySetCanceled(stop);
        }
    }

    public override void Run(Session session)
    {
        try
        {
            // Begun work is finished, so it is given no token. SQLite's asynchronous calls are synchronous underneath;
            // should the work wait for something else, waiting here is what keeps it inside its transaction.
            result = write(session, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception exception)
        {
            Failure = exception;
        }
    }

    public override void Answer(Func<Exception, Exception> explain)
    {
        if (Failure is null)
        {
            answer.SetResult(result!);
        }
        else
        {
            answer.SetException(explain(Failure));
        }
    }

    public override void Fail(Exception exception) => answer.SetException(exception);
}
