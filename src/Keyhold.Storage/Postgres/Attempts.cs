using System.Security.Cryptography;

namespace Keyhold.Storage.Postgres;

/// <summary>
/// Repeats work that is worth it. A connection from the pool may have died while it lay there: one more attempt. Another
/// node's transaction came between: until it does not, with growing random pauses, so that writers do not meet again and
/// again.
/// </summary>
internal static class Attempts
{
    private const int MostConflicts = 40;
    private const int LongestPauseInMilliseconds = 100;

    /// <param name="once">One attempt; what failed before it has left nothing behind.</param>
    public static async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> once, CancellationToken stop)
    {
        var conflicts = 0;
        var hasLostConnection = false;
        while (true)
        {
            try
            {
                return await once();
            }
            catch (Exception failure) when (PostgresFault.IsConflict(failure) && conflicts < MostConflicts)
            {
                conflicts++;
            }
            catch (Exception failure) when (PostgresFault.IsConnectionLost(failure) && !hasLostConnection)
            {
                hasLostConnection = true;
                continue;
            }

            var longest = Math.Min(LongestPauseInMilliseconds, 1 << Math.Min(conflicts, 10));
            await Task.Delay(RandomNumberGenerator.GetInt32(longest), stop);
        }
    }
}
