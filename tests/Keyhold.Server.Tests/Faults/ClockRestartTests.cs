using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Cli;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Faults;

/// <summary>A server that starts again with another clock: the installation opens, answers, and its trail is whole.</summary>
public sealed class ClockRestartTests
{
    [Theory]
    [InlineData(DatabaseKind.Sqlite, -400)]
    [InlineData(DatabaseKind.Sqlite, 400)]
    [InlineData(DatabaseKind.Postgres, -400)]
    [InlineData(DatabaseKind.Postgres, 400)]
    public async Task A_start_with_a_clock_that_is_wrong_loses_nothing(DatabaseKind kind, int days)
    {
        var database = kind == DatabaseKind.Postgres ? await SharedPostgres.CreateEmptyAsync() : null;
        await using var cli = new CliUnderTest();
        string[] shared = database is null ? [] : ["--database", database];
        foreach (var now in (int[])[0, days, 0])
        {
            cli.Time.AdjustTime(KeyholdUnderTest.Now.AddDays(now));
            await StartAsync();
            (
                await cli.RunAsync(
                    "cert",
                    "create",
                    "--key-spec",
                    "EC_P256",
                    "--subject",
                    "CN=clock.example,OU=web,O=Example,C=DE"
                )
            ).Succeeded();
            await cli.StopAsync();
            (await cli.RunAsync(["audit", "verify", cli.DataFolder, .. shared])).Succeeded();
        }

        await StartAsync();
        var list = (await cli.RunAsync("api", "ListCertificates")).Succeeded();
        Assert.Equal(3, list.Json.GetProperty("TotalSize").GetInt32());

        Task StartAsync() =>
            cli.StartAsync(options =>
                database is null ? options : options with { Database = DatabasePlace.Parse(database) }
            );
    }
}
