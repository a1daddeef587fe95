using System.Net;

namespace Keyhold.Server.Tests.Cli;

public class ServeCommandTests
{
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["KEYHOLD_ACCESS_KEY_ID"] = CliUnderTest.AccessKeyId,
        ["KEYHOLD_ACCESS_KEY_SECRET"] = CliUnderTest.Secret,
    };

    [Fact]
    public async Task Serve_says_one_line_when_ready_answers_and_ends_with_0_on_SIGTERM()
    {
        using var program = new ProgramUnderTest(Environment, "serve", "--dev", "--listen", "http://127.0.0.1:0");
        var line = await program.ReadLineAsync();
        const string ready = "Keyhold is listening on ";
        Assert.StartsWith(ready + "http://127.0.0.1:", line, StringComparison.Ordinal);

        var url = line[ready.Length..];
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"{url}/health/ready")).StatusCode);
        await using var cli = new CliUnderTest();
        cli.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        (await cli.RunAsync("cert", "list", "--endpoint", url)).Succeeded();

        program.Signal("TERM");
        var run = await program.EndAsync();
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("Data folder", run.Error, StringComparison.Ordinal);
        Assert.Contains("The root key was made now", run.Error, StringComparison.Ordinal);
        Assert.Contains("cert create", run.Error, StringComparison.Ordinal);
        Assert.Contains(CliUnderTest.AccessKeyId, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(CliUnderTest.Secret, run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(program.PathOf("keyhold-data/keyhold.db")));
    }

    [Fact]
    public async Task Serve_shows_the_secret_that_it_made_once_and_not_again()
    {
        using var program = new ProgramUnderTest(null, "serve", "--dev", "--listen", "http://127.0.0.1:0");
        await program.ReadLineAsync();
        program.Signal("INT");
        var first = (await program.EndAsync()).Succeeded();
        const string export = "export KEYHOLD_ACCESS_KEY_SECRET=";
        Assert.Contains(export, first.Error, StringComparison.Ordinal);

        using var again = new ProgramUnderTest(
            null,
            "serve",
            "--dev",
            "--listen",
            "http://127.0.0.1:0",
            "--data",
            program.PathOf("keyhold-data")
        );
        await again.ReadLineAsync();
        again.Signal("TERM");
        var second = (await again.EndAsync()).Succeeded();
        Assert.DoesNotContain(export, second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("made now", second.Error, StringComparison.Ordinal);
        Assert.Contains("access-key create --data", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_refuses_a_folder_that_init_has_not_prepared_and_makes_nothing()
    {
        using var program = new ProgramUnderTest(null, "serve");
        (await program.EndAsync()).WasRefused("not prepared", "keyhold init");
        Assert.False(Directory.Exists(program.PathOf("keyhold-data")));
    }

    [Fact]
    public async Task Serve_refuses_plain_HTTP_beyond_loopback_and_makes_nothing()
    {
        using var program = new ProgramUnderTest(null, "serve", "--dev", "--listen", "http://0.0.0.0:0");
        (await program.EndAsync()).WasBadUsage("--insecure-http", "--tls-cert");
        Assert.False(Directory.Exists(program.PathOf("keyhold-data")));
    }

    [Fact]
    public async Task Serve_takes_what_init_prepared()
    {
        using var init = new ProgramUnderTest(
            Environment,
            "init",
            "--data",
            "{folder}/d",
            "--root-key",
            "file:{folder}/k"
        );
        (await init.EndAsync()).Succeeded();
        using var program = new ProgramUnderTest(
            null,
            "serve",
            "--data",
            init.PathOf("d"),
            "--root-key",
            $"file:{init.PathOf("k")}",
            "--listen",
            "http://127.0.0.1:0"
        );
        var line = await program.ReadLineAsync();
        await using var cli = new CliUnderTest();
        Assert.StartsWith("Keyhold is listening on ", line, StringComparison.Ordinal);
        program.Signal("TERM");
        var run = (await program.EndAsync()).Succeeded();
        Assert.DoesNotContain("--dev", run.Error, StringComparison.Ordinal);
    }
}
