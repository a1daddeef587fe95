using System.Text;
using Keyhold.Cli;
using Keyhold.Server.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Cli;

/// <summary>
/// The command line as a user has it: arguments, environment, streams and a folder for files, and on request a real
/// server on a free port of loopback. Both share a clock that obeys.
/// </summary>
internal sealed class CliUnderTest : IAsyncDisposable
{
    public const string AccessKeyId = "KHtest";
    public const string Secret = "test-secret-0123456789";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-cli-test-");
    private KeyholdServer? server;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public Dictionary<string, string> Environment { get; } =
        new(StringComparer.Ordinal) { ["KEYHOLD_ACCESS_KEY_ID"] = AccessKeyId, ["KEYHOLD_ACCESS_KEY_SECRET"] = Secret };

    /// <summary>Columns of the terminal; as many as a line takes unless a test says otherwise, as in a pipe.</summary>
    public int Width { get; set; } = Terminal.WidthOfPipes;

    /// <summary>Somebody answers questions, with the input of the run.</summary>
    public bool IsInteractive { get; set; }

    public string DataFolder => PathOf("data");

    public string? MetricsUrl => server!.MetricsUrl;

    public string Endpoint => server!.Urls[0];

    public static async Task<CliUnderTest> StartServerAsync()
    {
        var cli = new CliUnderTest();
        await cli.StartAsync();
        return cli;
    }

    public async Task StartAsync(Func<ServerOptions, ServerOptions>? change = null)
    {
        var options = new ServerOptions
        {
            DataFolder = DataFolder,
            Listen = ["http://127.0.0.1:0"],
            Dev = true,
            InitialAccessKey = new InitialAccessKey(AccessKeyId, Secret),
        };
        server = await KeyholdServer.StartAsync(change?.Invoke(options) ?? options, Time, CancellationToken.None);
        Environment["KEYHOLD_ENDPOINT"] = server.Urls[0];
    }

    public async Task StopAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        server = null;
    }

    public Task<CliRun> RunAsync(params string[] arguments) => RunWithInputAsync([], arguments);

    public async Task<CliRun> RunWithInputAsync(byte[] input, params string[] arguments)
    {
        using var standardInput = new MemoryStream(input);
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        int exitCode;
        using (
            var terminal = new Terminal(standardInput, output, error, name => Environment.GetValueOrDefault(name), Time)
            {
                Width = Width,
                IsInteractive = IsInteractive,
            }
        )
        {
            exitCode = await KeyholdCommandLine.RunAsync(arguments, terminal);
        }

        return new CliRun(exitCode, output.ToArray(), Encoding.UTF8.GetString(error.ToArray()));
    }

    /// <summary>A path in the test's folder, absolute.</summary>
    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    public string Read(string name) => File.ReadAllText(PathOf(name));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder.Delete(recursive: true);
    }
}
