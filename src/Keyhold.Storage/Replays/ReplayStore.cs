namespace Keyhold.Storage.Replays;

/// <summary>
/// The requests that the nodes of a shared database have accepted, by fingerprint, for as long as their timestamps could let
/// them in again. No HMAC: who can write here could let a captured request in again, and nothing else. In PostgreSQL the
/// table is unlogged: cheap to write, and empty after a crash of the server or on a standby that was promoted.
/// </summary>
public sealed class ReplayStore(Database database)
{
    /// <summary>How many are forgotten at once.</summary>
    public const int SweepSize = 5_000;

    /// <summary>False when the fingerprint is there already.</summary>
    public ValueTask<bool> AddAsync(byte[] fingerprint, DateTimeOffset until, CancellationToken stop) =>
        database.WriteAsync(
            async (session, token) =>
                await session.ExecuteAsync(
                    """
                    INSERT INTO replayed_requests (fingerprint, until) VALUES (@fingerprint, @until)
                    ON CONFLICT (fingerprint) DO NOTHING
                    """,
                    [new("@fingerprint", fingerprint), new("@until", until.ToUnixTimeMilliseconds())],
                    token
                ) == 1,
            stop
        );

    /// <summary>
    /// Forgets some of those whose time has passed; how many. Some, since it must end in time also after an outage.
    /// </summary>
    public ValueTask<int> DeleteSomeBeforeAsync(DateTimeOffset now, CancellationToken stop) =>
        database.WriteAsync(
            (session, token) =>
                session.ExecuteAsync(
                    $"""
                    DELETE FROM replayed_requests WHERE fingerprint IN (
                        SELECT fingerprint FROM replayed_requests WHERE until < @now ORDER BY until LIMIT {SweepSize}
                    )
                    """,
                    [new("@now", now.ToUnixTimeMilliseconds())],
                    token
                ),
            stop
        );
}
