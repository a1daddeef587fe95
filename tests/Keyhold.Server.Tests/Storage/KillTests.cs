using System.Diagnostics;
using System.Security.Cryptography;
using Keyhold.Storage.Certificates;
using Npgsql;

namespace Keyhold.Server.Tests.Storage;

/// <summary>kill -9 of Keyhold in the middle of many writes, again and again on the same database.</summary>
public abstract class KillTests(DatabaseKind kind) : IAsyncLifetime
{
    public sealed class OnSqlite() : KillTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : KillTests(DatabaseKind.Postgres);

    private const int Kills = 5;

    private readonly string folder = TemporaryDatabase.CreateFolder();

    private string? postgres;

    public async ValueTask InitializeAsync() =>
        postgres = kind == DatabaseKind.Postgres ? await SharedPostgres.CreateAsync() : null;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Nothing_that_was_answered_is_lost_and_nothing_is_half_done()
    {
        for (var kill = 1; kill <= Kills; kill++)
        {
            var before = ReadAnswers().Count;
            using (var writer = KilledWriter.Start(folder, postgres, firstNumber: kill * 1_000_000))
            {
                await WaitForAnswersAsync(writer, before + 50);
                await Task.Delay(RandomNumberGenerator.GetInt32(250), TestContext.Current.CancellationToken);
                writer.Kill();
                await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            await VerifyAsync();
        }
    }

    private async Task VerifyAsync()
    {
        var answers = ReadAnswers().ToLookup(answer => answer.What, answer => answer.Id, StringComparer.Ordinal);
        var deleting = answers["deleting"].ToHashSet(StringComparer.Ordinal);
        var uploaded = answers["uploaded"].ToHashSet(StringComparer.Ordinal);
        await WaitForLeftOverTransactionsAsync();
        await using var database = await KilledWriter.OpenAsync(folder, postgres, migrate: false);
        var store = new CertificateStore(database, new TestRowAuthenticator());

        foreach (var id in answers["added"].Where(id => !deleting.Contains(id)))
        {
            var found = await store.FindWithCurrentAsync(id, default);
            Assert.NotNull(found);
            Assert.True(found.Value.Current is not null || !uploaded.Contains(id), $"The upload of {id} is lost.");
        }

        foreach (var id in answers["deleted"])
        {
            Assert.Null(await store.FindAsync(id, default));
        }

        // Whatever is there, answered or not, is whole: its content, and certificate and history together.
        var page = await store.ListAsync(new(null, null, null), 1, int.MaxValue, default);
        foreach (var (certificate, current) in page.Items)
        {
            Assert.Equal(Sample.Certificate(certificate.CertificateId).Csr, certificate.Csr);
            Assert.Equal(certificate.CurrentUpload is null ? "PENDING" : "ACTIVE", certificate.Status);
            var history = await store.ListUploadsAsync(certificate.CertificateId, default);
            Assert.Equal(current is null ? 0 : 1, history.Count);
            Assert.Equivalent(
                current is null ? null : Sample.Upload(certificate.CertificateId, 1),
                current,
                strict: true
            );
        }

        Assert.Equal(
            page.Items.Count(item => item.Current is not null),
            await database.ReadOneAsync(
                (session, stop) => session.CountAsync("SELECT COUNT(*) FROM certificate_uploads", [], stop),
                default
            )
        );
        if (kind == DatabaseKind.Sqlite)
        {
            var file = KilledWriter.DatabaseIn(folder);
            Assert.Equal("ok", TemporaryDatabase.RawValue(file, "PRAGMA integrity_check"));
            Assert.Null(TemporaryDatabase.RawValue(file, "PRAGMA foreign_key_check"));
        }
    }

    /// <summary>What the killed writer had sent before it died, the server still brings to its end.</summary>
    private async Task WaitForLeftOverTransactionsAsync()
    {
        const string Others = """
            SELECT COUNT(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            """;
        if (postgres is null)
        {
            return;
        }

        await using var connection = new NpgsqlConnection(postgres + ";Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Others, connection);
        while (await command.ExecuteScalarAsync() is not 0L)
        {
            await Task.Delay(20);
        }
    }

    private async Task WaitForAnswersAsync(Process writer, int count)
    {
        while (ReadAnswers().Count < count)
        {
            if (writer.HasExited)
            {
                Assert.Fail(
                    $"The writer ended by itself: {await writer.StandardOutput.ReadToEndAsync()}"
                        + await writer.StandardError.ReadToEndAsync()
                );
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private List<(string What, string Id)> ReadAnswers()
    {
        if (!File.Exists(KilledWriter.AnswersIn(folder)))
        {
            return [];
        }

        using var file = File.Open(
            KilledWriter.AnswersIn(folder),
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        using var reader = new StreamReader(file);
        var lines = reader.ReadToEnd().Split('\n');

        // What follows the last line feed was not written to its end.
        return [.. lines[..^1].Select(line => line.Split(' ')).Select(parts => (parts[0], parts[1]))];
    }
}
