using Keyhold.Server.Hosting;
using Keyhold.Server.Metrics;
using Keyhold.Server.Operations.Certificates;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Expiry;

/// <summary>
/// Looks every ten minutes at what expires while the server is unsealed: for the metric, and for the notices in the audit
/// trail, which are due once a day at the most. Certificates that nobody can use are listed on request only.
/// </summary>
internal sealed partial class ExpiryWatch : IAsyncDisposable
{
    /// <summary>So many time series at most, those that expire first.</summary>
    public const int MaximumShown = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private readonly SealSwitch seal;
    private readonly Instruments instruments;
    private readonly ITimer timer;
    private readonly SemaphoreSlim turn = new(1);
    private volatile IReadOnlyList<ExpiringMember> soonest = [];

    public ExpiryWatch(SealSwitch seal, Instruments instruments, TimeProvider time)
    {
        this.seal = seal;
        this.instruments = instruments;
        timer = time.CreateTimer(_ => _ = LookAsync(), state: null, Interval, Interval);
    }

    /// <summary>Of ACTIVE certificates, as of the last look; empty while sealed.</summary>
    public IReadOnlyList<ExpiringMember> Soonest => seal.IsSealed ? [] : soonest;

    /// <summary>Never throws. A look that comes while another runs is left out.</summary>
    public async Task LookAsync()
    {
        if (!await turn.WaitAsync(0))
        {
            return;
        }

        try
        {
            using var use = seal.TryUse();
            if (use is not null)
            {
                await LookAsync(use.Parts, use.Ending);
            }
        }
        catch (OperationCanceledException)
        {
            // Sealed on the way; the next look comes after the next unsealing.
        }
#pragma warning disable CA1031 // Nobody waits for it, so nobody else would hear of it.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            Log.Failed(instruments.Logger, unexpected);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Waits for a look that runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        await turn.WaitAsync();
    }

    private async Task LookAsync(Parts parts, CancellationToken stop)
    {
        var reading = await parts.Expiries.ReadAsync(stop);
        foreach (var damaged in reading.Damaged)
        {
            Log.Damaged(instruments.Logger, damaged.Message);
        }

        var active = reading.Members.Where(member => member.Status is CertificateStatus.Active).ToList();
        soonest = [.. active.Take(MaximumShown)];
        await parts.ExpiryNotices.SayAsync(active, stop);
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Error, "Not watched for its expiry: {Reason}")]
        public static partial void Damaged(ILogger logger, string reason);

        [LoggerMessage(
            1302,
            LogLevel.Warning,
            "What expires could not be looked at; it is tried again in ten minutes."
        )]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
