namespace Keyhold.Storage;

/// <summary>
/// The right to do a job that only one node may do at a time, from <see cref="Database.TryLockAsync"/>. It ends when it is
/// disposed of, and with the connection to the server or the process: a job must be safe to run again from anywhere.
/// </summary>
public sealed class JobLock : IAsyncDisposable
{
    private readonly Func<ValueTask> release;
    private int isReleased;

    internal JobLock(Func<ValueTask> release) => this.release = release;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isReleased, 1) == 0)
        {
            await release();
        }
    }
}
