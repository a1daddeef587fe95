using Keyhold.Server.Audit;

namespace Keyhold.Server.Tests.Audit;

public class TrailQueueTests
{
    private readonly TrailQueue queue = new();

    [Fact]
    public void What_was_added_is_taken_in_order()
    {
        var (first, second) = (Event(1), Event(2));
        Assert.True(queue.TryAdd(first));
        Assert.True(queue.TryAdd(second));
        Assert.True(queue.Wait());
        Assert.True(queue.TryTake(out var taken));
        Assert.Same(first, taken);
        Assert.True(queue.TryTake(out taken));
        Assert.Same(second, taken);
        Assert.False(queue.TryTake(out _));
    }

    [Fact]
    public void What_waits_when_it_is_closed_can_still_be_taken_and_nothing_can_be_added()
    {
        Assert.True(queue.TryAdd(Event(1)));
        queue.Close();
        Assert.False(queue.TryAdd(Event(2)));
        Assert.True(queue.Wait());
        Assert.True(queue.TryTake(out _));
        Assert.False(queue.Wait());
    }

    [Fact]
    public async Task A_thread_that_sleeps_wakes_when_the_queue_is_closed()
    {
        var waiting = Task.Factory.StartNew(queue.Wait, TaskCreationOptions.LongRunning);
        queue.Close();
        Assert.False(await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task What_is_added_while_it_is_being_closed_is_refused_or_taken()
    {
        for (var round = 0; round < 200; round++)
        {
            var closing = new TrailQueue();
            var taken = Task.Factory.StartNew(() => TakeAll(closing), TaskCreationOptions.LongRunning);
            var adding = Enumerable.Range(0, 3).Select(_ => Task.Run(() => AddUntilRefused(closing))).ToList();
            await Task.Yield();
            closing.Close();
            var accepted = await Task.WhenAll(adding);
            Assert.Equal(accepted.Sum(), (await taken.WaitAsync(TimeSpan.FromSeconds(30))).Count);
        }
    }

    [Fact]
    public async Task Of_many_that_add_at_once_each_is_taken_once()
    {
        const int producers = 8;
        const int each = 2_000;
        var taken = Task.Factory.StartNew(() => TakeAll(queue), TaskCreationOptions.LongRunning);
        await Task.WhenAll(
            Enumerable
                .Range(0, producers)
                .Select(producer =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < each; i++)
                        {
                            Assert.True(queue.TryAdd(Event(checked((producer * each) + i))));
                            if (i % 50 == 0)
                            {
                                // So that the thread finds the queue empty now and then, and sleeps.
                                await Task.Yield();
                            }
                        }
                    })
                )
        );
        queue.Close();
        var numbers = await taken.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(Enumerable.Range(0, producers * each), numbers.Order());
    }

    private static TrailWork Event(int number) => TrailWork.Event(BitConverter.GetBytes(number));

    private static int AddUntilRefused(TrailQueue queue)
    {
        var accepted = 0;
        while (queue.TryAdd(Event(accepted)))
        {
            accepted++;
        }

        return accepted;
    }

    private static List<int> TakeAll(TrailQueue queue)
    {
        var numbers = new List<int>();
        while (queue.Wait())
        {
            while (queue.TryTake(out var work))
            {
                numbers.Add(BitConverter.ToInt32(work.Fields.Span));
            }
        }

        return numbers;
    }
}
