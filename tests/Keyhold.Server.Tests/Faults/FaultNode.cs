using Keyhold.Server.Tests.Cli;

namespace Keyhold.Server.Tests.Faults;

/// <summary>A node as a process of its own, with a data folder that outlives it.</summary>
internal sealed class FaultNode : IDisposable
{
    private const string Ready = "Keyhold is listening on ";

    private readonly ProgramUnderTest program;

    private FaultNode(ProgramUnderTest program, Uri url)
    {
        this.program = program;
        Client = new FaultClient(url);
    }

    public FaultClient Client { get; }

    public int ProcessId => program.ProcessId;

    /// <param name="database">A connection string; null: a SQLite database in the folder.</param>
    public static Task<FaultNode> StartAsync(string dataFolder, string? database, params string[] options) =>
        StartThroughAsync([], dataFolder, database, options);

    /// <param name="through">A program that runs ours, with its own arguments.</param>
    public static async Task<FaultNode> StartThroughAsync(
        string[] through,
        string dataFolder,
        string? database,
        params string[] options
    )
    {
        var started = new ProgramUnderTest(
            through,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["KEYHOLD_ACCESS_KEY_ID"] = FaultClient.AccessKeyId,
                ["KEYHOLD_ACCESS_KEY_SECRET"] = FaultClient.Secret,
            },
            [
                "serve",
                "--dev",
                "--data",
                dataFolder,
                "--listen",
                "http://127.0.0.1:0",
                .. database is null ? (string[])[] : ["--database", database],
                .. options,
            ]
        );
        try
        {
            var line = await started.ReadLineAsync();
            Assert.StartsWith(Ready, line, StringComparison.Ordinal);
            return new FaultNode(started, new Uri(line[Ready.Length..]));
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>kill -9: no chance to finish, flush or say goodbye.</summary>
    public async Task KillAsync()
    {
        program.Signal("KILL");
        await program.EndAsync();
    }

    /// <summary>SIGTERM, as a service manager sends it; what the program said until its end.</summary>
    public Task<CliRun> StopAsync()
    {
        program.Signal("TERM");
        return program.EndAsync();
    }

    public void Signal(string name) => program.Signal(name);

    public Task<CliRun> EndAsync() => program.EndAsync();

    public void Dispose()
    {
        Client.Dispose();
        program.Dispose();
    }
}
