using Keyhold.Crypto.Sealing;

namespace Keyhold.Server.Control;

/// <summary>
/// Slows down guessing: what takes a passphrase is tried one at a time, and after each wrong one the next waits twice as
/// long, up to 30 seconds. The server forgets it with a right one, and at its end.
/// </summary>
internal sealed class PassphraseAttempts(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim turns = new(1);
    private TimeSpan delay = TimeSpan.Zero;

    public async Task<T> TryAsync<T>(Func<Task<T>> attempt, CancellationToken stop)
    {
        await turns.WaitAsync(stop);
        try
        {
            await Task.Delay(delay, time, stop);
            var result = await attempt();
            delay = TimeSpan.Zero;
            return result;
        }
        catch (WrongPassphraseException)
        {
            delay = delay == TimeSpan.Zero ? First : TimeSpan.FromTicks(Math.Min(2 * delay.Ticks, Longest.Ticks));
            throw;
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose() => turns.Dispose();
}
