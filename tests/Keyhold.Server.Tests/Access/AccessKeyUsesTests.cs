using Keyhold.Server.Access;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Access;

public class AccessKeyUsesTests
{
    private static readonly OperationInfo Listing = new("ListCertificates", Effect.Reads);

    private readonly FakeTimeProvider time = new(KeyholdUnderTest.Now);

    [Fact]
    public async Task Many_uses_are_one_write_a_minute()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        await database.AccessKeys.AddAsync(Sample.AccessKey(), default);
        using var uses = new AccessKeyUses(database.AccessKeyUses, NullLogger.Instance, time);
        for (var second = 0; second < 59; second++)
        {
            uses.Note("LTAIexample", Listing, Context());
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null(await database.AccessKeyUses.FindAsync("LTAIexample", default));
        Assert.Equal(KeyholdUnderTest.Now.AddSeconds(58), (await uses.FindAsync("LTAIexample", default))!.UsedAt);
        time.Advance(TimeSpan.FromSeconds(1));
        await WrittenAsync(database);
        Assert.Equal(
            KeyholdUnderTest.Now.AddSeconds(58),
            (await database.AccessKeyUses.FindAsync("LTAIexample", default))!.UsedAt
        );
    }

    [Fact]
    public async Task A_write_that_fails_is_tried_again_and_breaks_nothing()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        await database.AccessKeys.AddAsync(Sample.AccessKey(), default);
        using var uses = new AccessKeyUses(database.AccessKeyUses, NullLogger.Instance, time);
        uses.Note("LTAIexample", Listing, Context());
        database.Raw("ALTER TABLE access_key_uses RENAME TO elsewhere");
        await uses.FlushAsync(default);
        database.Raw("ALTER TABLE elsewhere RENAME TO access_key_uses");
        await uses.FlushAsync(default);
        Assert.NotNull(await database.AccessKeyUses.FindAsync("LTAIexample", default));
    }

    private RequestContext Context() =>
        new("r", new RequestOrigin(System.Net.IPAddress.Loopback, IsSecure: true), "", time.GetUtcNow());

    private static async Task WrittenAsync(TemporaryDatabase database)
    {
        // The timer's write runs on its own; it is there as soon as the writer gets to it.
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            if (await database.AccessKeyUses.FindAsync("LTAIexample", default) is not null)
            {
                return;
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
