using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Keyhold.Server.Tests.Storage;

/// <summary>
/// A PostgreSQL server of the tests' own, in a temporary folder and on a loopback port. It ends with the tests, even when
/// they are killed: its guard waits for the end of its own standard input.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Guard = """
        exec 2>/dev/null
        "$@" >>"$KEYHOLD_TEST_LOG" 2>&1 &
        cat >/dev/null
        kill -INT $!
        wait
        """;

    private readonly string folder;
    private readonly string programs;
    private readonly int port = FreePort();
    private readonly string password;
    private Process? guard;

    private PostgresServer(string folder, string programs, string password)
    {
        this.folder = folder;
        this.programs = programs;
        this.password = password;
    }

    public string Password => password;

    public int Port => port;

    private string Data => Path.Combine(folder, "data");

    private string LogFile => Path.Combine(folder, "log");

    /// <summary>Skips the test where there is no PostgreSQL.</summary>
    /// <param name="isDurable">Off where durability is not what is tested: it is several times faster.</param>
    public static async Task<PostgresServer> StartAsync(bool isDurable)
    {
        var found = FindPrograms();
        Assert.SkipWhen(
            found is null,
            "The programs of a PostgreSQL server are not here: install Debian's package postgresql (./test does so as root)."
        );
        var server = new PostgresServer(
            CreateFolder(),
            found,
            password: Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))
        );
        try
        {
            await server.InitializeAsync(isDurable);
            await server.RunAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A standby of a running server, with all that is in it, which lets clients read.</summary>
    public static async Task<PostgresServer> StartStandbyAsync(PostgresServer primary)
    {
        var standby = new PostgresServer(CreateFolder(), primary.programs, primary.password);
        try
        {
            await standby.OwnFolderAsync();
            var source = $"host=127.0.0.1 port={primary.port} user=keyhold password={primary.password}";
            await RunAsync([
                .. standby.AsServer("pg_basebackup", "-D", standby.Data, "-d", source),
                .. (string[])["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"],
            ]);
            await File.AppendAllTextAsync(Path.Combine(standby.Data, "postgresql.conf"), $"\nport = {standby.port}\n");
            await standby.RunAsync();
            return standby;
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }
    }

    /// <summary>From here on a commit waits until the standby has it on its disk.</summary>
    public async Task FollowSynchronouslyAsync()
    {
        await AskAsync("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await AskAsync("postgres", "SELECT pg_reload_conf()");
        for (var attempt = 0; ; attempt++)
        {
            var state = await AskAsync("postgres", "SELECT sync_state FROM pg_stat_replication");
            if (state is "sync")
            {
                return;
            }

            Assert.True(attempt < 600, $"The standby is {state}.");
            await Task.Delay(50);
        }
    }

    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={port};Database={database};Username=keyhold;Password={password}";

    /// <summary>Runs statements past Keyhold, as the server's administrator.</summary>
    public async Task<object?> AskAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Starts the server again after <see cref="KillAsync"/>, and waits until it lets clients in.</summary>
    public async Task RunAsync()
    {
        var start = new ProcessStartInfo("bash") { UseShellExecute = false, RedirectStandardInput = true };
        foreach (var argument in (string[])["-c", Guard, "guard", .. AsServer("postgres", "-D", Data)])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["KEYHOLD_TEST_LOG"] = LogFile;
        guard = Process.Start(start)!;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await AskAsync("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException exception)
            {
                var log = File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile) : "";
                Assert.True(attempt < 600 && !guard.HasExited, $"{exception.Message}\n{log}");
                await Task.Delay(50);
            }
        }
    }

    /// <summary>kill -9 of all its processes at once, as when the machine loses power.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("KILL");
        guard!.StandardInput.Close();
        await guard.WaitForExitAsync();
        guard.Dispose();
        guard = null;
    }

    /// <summary>The server's processes stop in the middle of what they do, their connections open, until "CONT".</summary>
    public async Task SignalAsync(string signal)
    {
        var postmaster = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        await RunAsync("bash", "-c", $"kill -{signal} {postmaster} $(ps -o pid= --ppid {postmaster})");
    }

    public async ValueTask DisposeAsync()
    {
        if (guard is not null)
        {
            guard.StandardInput.Close();
            await guard.WaitForExitAsync();
            guard.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task InitializeAsync(bool isDurable)
    {
        await OwnFolderAsync();

        // Another collation than "C", so that the tests see whether anything hangs on it.
        var passwordFile = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(passwordFile, password);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", passwordFile);
        }

        await RunAsync([
            .. AsServer("initdb", "-D", Data, "--username", "keyhold", "--auth", "scram-sha-256"),
            .. (string[])["--pwfile", passwordFile, "--encoding", "UTF8", "--no-sync"],
            .. (string[])["--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US"],
        ]);
        await File.AppendAllTextAsync(
            Path.Combine(Data, "postgresql.conf"),
            $"""

            listen_addresses = '127.0.0.1'
            port = {port}
            unix_socket_directories = ''
            max_connections = 200
            shared_buffers = 32MB
            fsync = {(isDurable ? "on" : "off")}
            """
        );
    }

    /// <summary>PostgreSQL refuses to run as root: then it runs as the user that its package made.</summary>
    private async Task OwnFolderAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", folder);
        }
    }

    private static string CreateFolder() => Directory.CreateTempSubdirectory("keyhold-postgres-").FullName;

    private string[] AsServer(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(programs, program), .. arguments];
        return Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. command]
            : command;
    }

    private static async Task RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var outputs = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(),
            process.StandardError.ReadToEndAsync()
        );
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {string.Concat(outputs)}");
    }

    private static string? FindPrograms()
    {
        string[] debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
            : [];
        return debian
            .OrderByDescending(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
            .Select(folder => Path.Combine(folder, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
