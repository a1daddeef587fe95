using System.Diagnostics;
using System.Globalization;
using System.Text;
using Keyhold.Storage;
using Keyhold.Storage.Postgres;
using Keyhold.Storage.Sqlite;

namespace Keyhold.Server.Tests.Storage;

/// <summary>
/// The process that <see cref="KillTests"/> kills: this very test program, run again for the one test below. It adds,
/// changes and deletes certificates without end and notes each answer in a file, only after it has got it.
/// </summary>
public sealed class KilledWriter
{
    private const string FolderVariable = "KEYHOLD_TEST_KILLED_WRITER_FOLDER";
    private const string PostgresVariable = "KEYHOLD_TEST_KILLED_WRITER_POSTGRES";
    private const string FirstNumberVariable = "KEYHOLD_TEST_KILLED_WRITER_FIRST_NUMBER";

    /// <summary>Starts the process. It ends by itself when its standard input is closed, so that none is left behind.</summary>
    /// <param name="postgres">A connection string; null: a SQLite database in the folder.</param>
    internal static Process Start(string folder, string? postgres, int firstNumber)
    {
        var assembly = typeof(KilledWriter).Assembly.Location;
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "exec",
                assembly,
                "--explicit",
                "only",
                "--filter-method",
                $"{typeof(KilledWriter).FullName}.{nameof(Writes_until_it_is_killed)}",
            },
        };
        start.Environment[FolderVariable] = folder;
        start.Environment[PostgresVariable] = postgres;
        start.Environment[FirstNumberVariable] = firstNumber.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start)!;
    }

    internal static async Task<Database> OpenAsync(string folder, string? postgres, bool migrate) =>
        postgres is null
            ? await SqliteDatabase.OpenAsync(DatabaseIn(folder), migrate, default)
            : await PostgresDatabase.OpenAsync(postgres, migrate, default);

    internal static string DatabaseIn(string folder) => Path.Combine(folder, "data", "keyhold.db");

    internal static string AnswersIn(string folder) => Path.Combine(folder, "answers");

    [Fact(Explicit = true)]
    public async Task Writes_until_it_is_killed()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, "Not to be run by itself.");
        await using var database = await OpenAsync(
            folder,
            Environment.GetEnvironmentVariable(PostgresVariable),
            migrate: true
        );
        await using var answers = new FileStream(
            AnswersIn(folder),
            FileMode.Append,
            FileAccess.Write,
            FileShare.Read,
            0
        );
        var certificates = new Keyhold.Storage.Certificates.CertificateStore(database, new TestRowAuthenticator());
        var number = int.Parse(Environment.GetEnvironmentVariable(FirstNumberVariable)!, CultureInfo.InvariantCulture);
        var parentIsGone = Task.Run(Console.In.Read);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(WriteAsync)));

        async Task WriteAsync()
        {
            while (!parentIsGone.IsCompleted)
            {
                var mine = Interlocked.Increment(ref number);
                var id = mine.ToString("D8", CultureInfo.InvariantCulture);
                var row = Sample.Certificate(id);
                await certificates.AddAsync(row, current: null, default);
                Note("added", id);

                Assert.True(
                    await certificates.UpdateAsync(
                        row with
                        {
                            Status = "ACTIVE",
                            CurrentUpload = 1,
                        },
                        Sample.Upload(id, 1),
                        default
                    )
                );
                Note("uploaded", id);

                if (mine % 3 == 0)
                {
                    Note("deleting", id);
                    Assert.True(await certificates.DeleteAsync(id, default));
                    Note("deleted", id);
                }
            }
        }

        void Note(string what, string id)
        {
            lock (answers)
            {
                answers.Write(Encoding.ASCII.GetBytes($"{what} {id}\n"));
            }
        }
    }
}
