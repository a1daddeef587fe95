using System.Text;
using CsCheck;
using Keyhold.Protocol.Signing;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Protocol.Tests.Signing;

public sealed class ReplayWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 2, 7, 58, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Start);

    [Fact]
    public void Remembers_per_access_key()
    {
        var window = new ReplayWindow(clock);

        Assert.Equal(ReplayVerdict.New, Remember(window, "a", "nonce"));
        Assert.Equal(ReplayVerdict.New, Remember(window, "b", "nonce"));
        Assert.Equal(ReplayVerdict.Seen, Remember(window, "a", "nonce"));
        Assert.Equal(2, window.Count);
    }

    [Theory]
    [InlineData(-15)]
    [InlineData(0)]
    [InlineData(15)]
    public void Remembers_until_the_timestamp_is_15_minutes_old(int minutesFromNow)
    {
        var window = new ReplayWindow(clock);
        var signedAt = Start.AddMinutes(minutesFromNow);
        Assert.Equal(ReplayVerdict.New, Remember(window, "a", "nonce", signedAt));

        clock.SetUtcNow(signedAt.AddMinutes(15));
        Assert.Equal(ReplayVerdict.Seen, Remember(window, "a", "nonce", signedAt));

        clock.SetUtcNow(signedAt.AddMinutes(15).AddTicks(1));
        Assert.Equal(ReplayVerdict.Expired, Remember(window, "a", "nonce", signedAt));

        clock.SetUtcNow(signedAt.AddMinutes(20));
        Assert.Equal(ReplayVerdict.New, Remember(window, "a", "nonce", clock.GetUtcNow()));
        Assert.Equal(1, window.Count);
    }

    [Fact]
    public void A_nonce_used_again_with_another_timestamp_is_seen()
    {
        var window = new ReplayWindow(clock);
        Remember(window, "a", "nonce");
        clock.Advance(TimeSpan.FromMinutes(14));

        Assert.Equal(ReplayVerdict.Seen, Remember(window, "a", "nonce", clock.GetUtcNow()));
    }

    [Fact]
    public void A_clock_set_back_makes_no_forgotten_request_new_again()
    {
        var window = new ReplayWindow(clock);
        Remember(window, "a", "nonce");
        clock.Advance(TimeSpan.FromMinutes(40));
        Remember(window, "a", "later", clock.GetUtcNow());
        clock.AdjustTime(Start);

        Assert.Equal(ReplayVerdict.Forgotten, Remember(window, "a", "nonce"));
        clock.AdjustTime(Start.AddMinutes(5));
        Assert.Equal(ReplayVerdict.New, Remember(window, "a", "other", Start.AddMinutes(5)));
    }

    [Fact]
    public void A_clock_that_was_ahead_for_a_while_shuts_out_nobody_when_it_is_right_again()
    {
        var window = new ReplayWindow(clock);
        Remember(window, "a", "before");
        for (var minutes = 0; minutes < 40; minutes++)
        {
            clock.AdjustTime(Start.AddDays(1).AddMinutes(minutes));
            Assert.Equal(ReplayVerdict.New, Remember(window, "a", $"ahead {minutes}", clock.GetUtcNow()));
        }

        clock.AdjustTime(Start.AddSeconds(1));
        Assert.Equal(ReplayVerdict.New, Remember(window, "a", "after", clock.GetUtcNow()));
        Assert.Equal(ReplayVerdict.Forgotten, Remember(window, "a", "before"));
        clock.AdjustTime(Start.AddDays(1).AddMinutes(10));
        Assert.Equal(ReplayVerdict.Forgotten, Remember(window, "a", "ahead 10", clock.GetUtcNow()));
    }

    [Fact]
    public void No_request_is_ever_new_twice_however_the_clock_jumps() =>
        Gen.Int[-3_000, 3_000]
            .Array[1, 60]
            .Sample(jumps =>
            {
                var window = new ReplayWindow(clock);
                var accepted = new HashSet<DateTimeOffset>();
                foreach (var minutes in jumps)
                {
                    clock.AdjustTime(Start.AddMinutes(minutes));
                    foreach (var signedAt in accepted.Append(clock.GetUtcNow()).ToArray())
                    {
                        var verdict = Remember(window, "a", $"{signedAt.Ticks}", signedAt);
                        Assert.True(verdict != ReplayVerdict.New || accepted.Add(signedAt));
                    }
                }
            });

    [Fact]
    public void A_refusal_for_a_clock_that_was_set_back_says_so()
    {
        var verifier = new SignatureVerifier(clock, new ReplayWindow(clock), []);
        var captured = Requests.V3(nonce: "1");
        Requests.Verify(captured, verifier);
        clock.Advance(TimeSpan.FromMinutes(40));
        Requests.Verify(Requests.V3(nonce: "2", now: clock.GetUtcNow()), verifier);
        clock.AdjustTime(Start);

        var refusal = Assert.Throws<ApiException>(() => Requests.Verify(Requests.V3(nonce: "1"), verifier));

        Assert.Equal(ErrorCodes.InvalidTimeStampExpired, refusal.Error);
        Assert.Contains("The server's clock was set back", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_access_key_refuses_rather_than_forgets_and_leaves_others_alone()
    {
        var window = new ReplayWindow(clock, maximumPerAccessKey: 2);
        Remember(window, "a", "1");
        Remember(window, "a", "2");

        Assert.Equal(ReplayVerdict.Full, Remember(window, "a", "3"));
        Assert.Equal(ReplayVerdict.Seen, Remember(window, "a", "1"));
        Assert.Equal(ReplayVerdict.New, Remember(window, "b", "3"));
        clock.Advance(TimeSpan.FromMinutes(21));
        Assert.Equal(ReplayVerdict.New, Remember(window, "a", "3", clock.GetUtcNow()));
    }

    [Fact]
    public void A_full_server_refuses_until_silent_access_keys_have_expired()
    {
        var window = new ReplayWindow(clock, maximumInAll: 2);
        Remember(window, "a", "1");
        Remember(window, "b", "1");
        Assert.Equal(ReplayVerdict.Full, Remember(window, "c", "1"));

        clock.Advance(TimeSpan.FromMinutes(21));

        Assert.Equal(ReplayVerdict.New, Remember(window, "c", "1", clock.GetUtcNow()));
        Assert.Equal(1, window.Count);
    }

    [Fact]
    public void Of_many_threads_with_one_nonce_one_wins()
    {
        var window = new ReplayWindow(clock);
        var wins = 0;

        Parallel.For(
            0,
            10_000,
            index =>
            {
                var verdict = Remember(window, "a", $"nonce {index / 10}");
                Interlocked.Add(ref wins, verdict == ReplayVerdict.New ? 1 : 0);
            }
        );

        Assert.Equal(1_000, wins);
        Assert.Equal(1_000, window.Count);
    }

    [Fact]
    public void A_set_of_fingerprints_holds_what_was_added_and_nothing_else() =>
        Gen
            .ULong.HashSet[0, 2_000]
            .Sample(values =>
            {
                var set = new FingerprintSet();
                var added = new HashSet<ulong>();
                foreach (var value in values)
                {
                    Assert.False(set.Contains(value) && value > 1);
                    if (!set.Contains(value))
                    {
                        set.Add(value);
                        added.Add(value);
                    }
                }

                Assert.Equal(added.Count, set.Count);
                Assert.All(added, value => Assert.True(set.Contains(value)));
            });

    [Fact]
    public void A_full_window_is_a_429_that_says_so()
    {
        var verifier = new SignatureVerifier(clock, new ReplayWindow(clock, maximumPerAccessKey: 1), []);
        Requests.Verify(Requests.V3(nonce: "1"), verifier);

        var refusal = Assert.Throws<ApiException>(() => Requests.Verify(Requests.V3(nonce: "2"), verifier));

        Assert.Equal(ErrorCodes.RejectedThrottling, refusal.Error);
        Assert.Equal(429, refusal.Error.HttpStatus);
        Assert.StartsWith("QPS Limit Exceeded", refusal.Message, StringComparison.Ordinal);
    }

    private static ReplayVerdict Remember(
        ReplayWindow window,
        string accessKeyId,
        string nonce,
        DateTimeOffset? signedAt = null
    ) => window.Remember(accessKeyId, Encoding.UTF8.GetBytes(nonce), signedAt ?? Start);
}
