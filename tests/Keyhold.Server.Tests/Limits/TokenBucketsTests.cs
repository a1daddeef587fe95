using CsCheck;
using Keyhold.Server.Limits;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Limits;

public sealed class TokenBucketsTests
{
    private readonly FakeTimeProvider time = new(KeyholdUnderTest.Now);

    [Fact]
    public void A_full_bucket_holds_the_burst_and_not_one_more()
    {
        var buckets = new TokenBuckets(TimeSpan.FromSeconds(1), 3, time);
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => buckets.TryTake(1)));
    }

    [Fact]
    public void An_empty_bucket_gets_one_token_in_each_interval_and_a_refusal_costs_none()
    {
        var buckets = new TokenBuckets(TimeSpan.FromSeconds(1), 3, time);
        Drain(buckets, 7);
        for (var second = 0; second < 5; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(buckets.TryTake(7));
            Assert.False(buckets.TryTake(7));
        }
    }

    [Fact]
    public void A_bucket_never_holds_more_than_the_burst_however_long_it_rests()
    {
        var buckets = new TokenBuckets(TimeSpan.FromSeconds(1), 3, time);
        Drain(buckets, 7);
        time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(3, Drain(buckets, 7));
    }

    [Theory]
    [InlineData(0x0001_0002, 0x0001_0003)]
    [InlineData(0x0001_0002, 0x0002_0002)]
    [InlineData(-1, 0x7FFF_FFFF)]
    public void Who_shares_one_place_with_a_greedy_sender_is_not_held_up(int greedy, int other)
    {
        var buckets = new TokenBuckets(TimeSpan.FromSeconds(1), 3, time);
        Drain(buckets, greedy);
        Assert.Equal(3, Drain(buckets, other));
    }

    [Fact]
    public void A_thousand_greedy_senders_hold_up_hardly_anybody()
    {
        var buckets = new TokenBuckets(TimeSpan.FromSeconds(1), 3, time);
        for (var sender = 0; sender < 1000; sender++)
        {
            Drain(buckets, HashCode.Combine("greedy", sender));
        }

        var heldUp = Enumerable.Range(0, 10_000).Count(sender => !buckets.TryTake(HashCode.Combine("good", sender)));
        Assert.InRange(heldUp, 0, 100);
    }

    [Fact]
    public void Nobody_gets_more_than_the_burst_and_what_came_back_since() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[1, 1000], Gen.Int[0, 2000].Array[1, 60])
            .Sample(
                (burst, milliseconds, pauses) =>
                {
                    var clock = new FakeTimeProvider(KeyholdUnderTest.Now);
                    var buckets = new TokenBuckets(TimeSpan.FromMilliseconds(milliseconds), burst, clock);
                    long taken = 0;
                    long elapsed = 0;
                    foreach (var pause in pauses)
                    {
                        clock.Advance(TimeSpan.FromMilliseconds(pause));
                        elapsed += pause;
                        taken += Drain(buckets, 42, most: 5);
                    }

                    Assert.InRange(taken, Math.Min(burst, 5), burst + (elapsed / milliseconds));
                },
                iter: 500
            );

    private static int Drain(TokenBuckets buckets, int sender, int most = int.MaxValue)
    {
        var taken = 0;
        while (taken < most && buckets.TryTake(sender))
        {
            taken++;
        }

        return taken;
    }
}
