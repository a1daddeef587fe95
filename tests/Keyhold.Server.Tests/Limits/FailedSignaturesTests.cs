using System.Net;
using Keyhold.Server.Limits;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Limits;

public sealed class FailedSignaturesTests
{
    private static readonly SourceAddress Guesser = SourceAddress.Of(IPAddress.Parse("192.0.2.1"));
    private static readonly SourceAddress Other = SourceAddress.Of(IPAddress.Parse("192.0.2.2"));

    private readonly FakeTimeProvider time = new(KeyholdUnderTest.Now);
    private readonly FailedSignatures failures;

    public FailedSignaturesTests() => failures = new FailedSignatures(time);

    [Fact]
    public async Task A_few_failures_are_answered_at_once()
    {
        for (var failure = 0; failure < FailedSignatures.FreeFailures; failure++)
        {
            Assert.True(await Fail("key"));
        }
    }

    [Fact]
    public async Task Further_failures_are_answered_late_and_not_refused()
    {
        await UseUpAsync();
        var late = Fail("key");
        time.Advance(FailedSignatures.Delay - TimeSpan.FromMilliseconds(1));
        Assert.False(late.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await late);
    }

    [Fact]
    public async Task Failures_are_forgiven_with_time()
    {
        await UseUpAsync();
        time.Advance(FailedSignatures.Forgiven);
        Assert.True(Fail("key").IsCompletedSuccessfully);
        Assert.False(Fail("key").IsCompleted);
    }

    [Fact]
    public async Task Other_sources_fail_as_before()
    {
        await UseUpAsync();
        Assert.True(failures.FailedAsync(Other, "key", CancellationToken.None).AsTask().IsCompletedSuccessfully);
        Assert.True(failures.Admits(Other, "key"));
    }

    [Fact]
    public async Task A_key_that_is_being_guessed_is_not_looked_at_from_there_and_is_from_elsewhere()
    {
        await UseUpAsync();
        await WaitAsync(FailedSignatures.MaximumForPair, _ => "key");

        Assert.False(failures.Admits(Guesser, "key"));
        Assert.True(failures.Admits(Guesser, "other key"));
        Assert.True(failures.Admits(Other, "key"));
        Assert.False(await Fail("key"));
    }

    [Fact]
    public async Task The_holder_of_a_key_that_is_being_guessed_from_his_address_keeps_a_share()
    {
        failures.Succeeded(Guesser, "key");
        await UseUpAsync();
        await WaitAsync(FailedSignatures.MaximumForPair, _ => "key");

        for (var request = 0; request < FailedSignatures.SparedPerSecond; request++)
        {
            Assert.True(failures.Admits(Guesser, "key"));
        }

        Assert.False(failures.Admits(Guesser, "key"));
        Assert.False(await Fail("key"));
    }

    [Fact]
    public async Task Behind_an_address_with_many_failures_keys_that_were_good_before_go_on()
    {
        failures.Succeeded(Guesser, "good");
        failures.Succeeded(Other, "elsewhere");
        await UseUpAsync();
        await WaitAsync(FailedSignatures.MaximumForSource, index => $"key {index}");

        Assert.True(failures.Admits(Guesser, "good"));
        Assert.False(failures.Admits(Guesser, "elsewhere"));
        Assert.False(failures.Admits(Guesser, "unheard of"));
        Assert.False(await Fail("unheard of"));
    }

    [Fact]
    public async Task When_the_late_answers_are_out_everything_is_as_before()
    {
        await UseUpAsync();
        var waiting = await WaitAsync(FailedSignatures.MaximumForSource, index => $"key {index}");
        time.Advance(FailedSignatures.Delay);
        Assert.All(await Task.WhenAll(waiting), Assert.True);

        Assert.True(failures.Admits(Guesser, "unheard of"));
        Assert.True(failures.Admits(Guesser, "key 1"));
    }

    [Fact]
    public async Task A_client_that_goes_away_gives_its_place_back_and_throws_nothing()
    {
        await UseUpAsync();
        using var gone = new CancellationTokenSource();
        var waiting = Enumerable
            .Range(0, FailedSignatures.MaximumForPair)
            .Select(_ => failures.FailedAsync(Guesser, "key", gone.Token).AsTask())
            .ToArray();
        Assert.False(failures.Admits(Guesser, "key"));
        await gone.CancelAsync();
        await Task.WhenAll(waiting);
        Assert.True(failures.Admits(Guesser, "key"));
    }

    [Fact]
    public async Task So_many_answers_are_late_in_all_and_good_requests_do_not_wait_for_them()
    {
        var waiting = 0;
        for (var network = 0; waiting < FailedSignatures.MaximumInAll; network++)
        {
            var source = SourceAddress.Of(IPAddress.Parse($"2001:db8:0:{network:x}::1"));
            for (var failure = 0; failure < FailedSignatures.FreeFailures; failure++)
            {
                await failures.FailedAsync(source, "key", CancellationToken.None);
            }

            while (failures.Admits(source, "key") && waiting < FailedSignatures.MaximumInAll)
            {
                Assert.False(failures.FailedAsync(source, "key", CancellationToken.None).AsTask().IsCompleted);
                waiting++;
            }
        }

        await UseUpAsync();
        Assert.False(await Fail("key"));
        Assert.True(failures.Admits(Guesser, "key"));
    }

    private async Task UseUpAsync()
    {
        for (var failure = 0; failure < FailedSignatures.FreeFailures; failure++)
        {
            Assert.True(await Fail("some key"));
        }
    }

    private Task<bool> Fail(string accessKeyId) =>
        failures.FailedAsync(Guesser, accessKeyId, CancellationToken.None).AsTask();

    private Task<Task<bool>[]> WaitAsync(int count, Func<int, string> accessKeyId)
    {
        Task<bool>[] waiting = [.. Enumerable.Range(0, count).Select(index => Fail(accessKeyId(index)))];
        Assert.All(waiting, answer => Assert.False(answer.IsCompleted));
        return Task.FromResult(waiting);
    }
}
