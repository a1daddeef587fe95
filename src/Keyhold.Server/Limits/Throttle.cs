using Keyhold.Protocol;
using Keyhold.Server.Hosting;
using Keyhold.Server.Metrics;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Limits;

/// <summary>
/// How often one source and one access key may ask, and what becomes of those who fail. It outlives sealing, holds no
/// secret, and takes fixed memory.
/// </summary>
internal sealed class Throttle
{
    /// <summary>For trying out: nothing is limited.</summary>
    public static readonly Throttle Off = new(null, null, null, null, null);

    /// <summary>
    /// Events a second that one source may cause without a good signature: more than clients with a wrong clock or secret
    /// do, and 5 GB a day at the very most.
    /// </summary>
    private const int RefusedStrangers = 50;

    private readonly TokenBuckets? sources;
    private readonly TokenBuckets? accessKeys;
    private readonly TokenBuckets? strangers;
    private readonly FailedSignatures? failures;
    private readonly Instruments? instruments;

    private Throttle(
        TokenBuckets? sources,
        TokenBuckets? accessKeys,
        TokenBuckets? strangers,
        FailedSignatures? failures,
        Instruments? instruments
    )
    {
        this.sources = sources;
        this.accessKeys = accessKeys;
        this.strangers = strangers;
        this.failures = failures;
        this.instruments = instruments;
    }

    public static Throttle Of(ServerOptions options, Instruments instruments, TimeProvider time) =>
        new(
            BucketsOf(options.RequestsPerSource, time),
            BucketsOf(options.RequestsPerKey, time),
            IsOff(options) ? null : BucketsOf(RefusedStrangers, time),
            IsOff(options) ? null : new FailedSignatures(time),
            instruments
        );

    /// <summary>Before anything is read of a request: has its source a token left?</summary>
    public bool Admits(RequestOrigin origin) =>
        sources is null || sources.TryTake(SourceAddress.Of(origin.Address).GetHashCode()) || Count("source");

    /// <summary>Whether one more request without a good signature from there is worth an event in the audit trail.</summary>
    public bool AdmitsStranger(RequestOrigin origin) =>
        strangers is null || strangers.TryTake(SourceAddress.Of(origin.Address).GetHashCode()) || Count("refusals");

    /// <summary>Before the secret is looked up: is somebody guessing from there?</summary>
    public void RequireCalm(RequestOrigin origin, string accessKeyId)
    {
        if (failures is not null && !failures.Admits(SourceAddress.Of(origin.Address), accessKeyId))
        {
            Count("failures");
            throw TooManyFailures();
        }
    }

    /// <summary>After the signature, so that nobody else uses up an access key's tokens.</summary>
    public void RequireToken(RequestOrigin origin, string accessKeyId)
    {
        failures?.Succeeded(SourceAddress.Of(origin.Address), accessKeyId);
        if (accessKeys?.TryTake(string.GetHashCode(accessKeyId, StringComparison.Ordinal)) is false)
        {
            Count("key");
            throw Throttled($"Access key {accessKeyId} sends more requests than --limit-per-key allows");
        }
    }

    public static readonly TurnedAway TooManyRefused = new(
        ErrorCodes.RejectedThrottling,
        Throttled("This address sends too many requests that are refused before anybody is known by them").Message
    );

    public static readonly TurnedAway SourceThrottled = new(
        ErrorCodes.RejectedThrottling,
        Throttled("This address sends more requests than --limit-per-source allows").Message
    );

    /// <summary>
    /// What a refused client is told, and when: a failed signature late, if its source fails often. Other refusals
    /// pass through. Never throws, also when the client is gone.
    /// </summary>
    public async ValueTask<ApiException> SlowAsync(
        ApiException refusal,
        RequestOrigin origin,
        string? accessKeyId,
        CancellationToken stop
    )
    {
        if (refusal.Error != ErrorCodes.SignatureDoesNotMatch && refusal.Error != ErrorCodes.InvalidAccessKeyIdNotFound)
        {
            return refusal;
        }

        instruments?.FailedSignature(refusal.Error.Code);
        if (failures is null || await failures.FailedAsync(SourceAddress.Of(origin.Address), accessKeyId ?? "", stop))
        {
            return refusal;
        }

        Count("failures");
        return TooManyFailures();
    }

    /// <summary>Counts what is beyond a limit; false, as the answer to whether it may pass.</summary>
    private bool Count(string limit)
    {
        instruments?.Throttled(limit);
        return false;
    }

    private static bool IsOff(ServerOptions options) => options.Dev || options.RequestsPerSource == 0;

    private static ApiException TooManyFailures() =>
        Throttled(
            "Too many requests from this address, or with this access key from there, have failed their signature"
        );

    private static ApiException Throttled(string reason) =>
        new(
            ErrorCodes.RejectedThrottling,
            $"{ErrorCodes.RejectedThrottling.Text}. {reason}. Try again after the time in x-acs-retry-after, and send fewer."
        );

    /// <summary>A full bucket holds what comes in two seconds, so that a client that starts does not stumble.</summary>
    private static TokenBuckets? BucketsOf(int perSecond, TimeProvider time) =>
        perSecond == 0 ? null : new TokenBuckets(TimeSpan.FromSeconds(1) / perSecond, 2 * perSecond, time);
}
