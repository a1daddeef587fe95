using Keyhold.Cli.Api;
using Keyhold.Cli.Output;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands;

/// <summary>
/// What somebody who started a server should know: where it is, with which key, and what to type next. On standard
/// error, since standard output is for the line that says it is ready.
/// </summary>
internal static class ServeBanner
{
    public static void Write(Terminal terminal, ServerOptions options, KeyholdServer server)
    {
        var output = terminal.Error;
        output.WriteLine($"Endpoint     {string.Join(", ", server.Urls)}");
        if (server.MetricsUrl is { } metrics)
        {
            output.WriteLine($"Metrics      {metrics}/metrics");
        }

        output.WriteLine($"Data folder  {Path.GetFullPath(options.DataFolder)}");
        if (options.Database.IsShared)
        {
            output.WriteLine($"Database     {options.Database}");
        }

        output.WriteLine($"Access key   {DescribeKey(terminal, options, server)}");
        output.WriteLine();
        if (server.IsSealed)
        {
            output.WriteLine("The server is sealed and answers 503 to everything. Give it its passphrase:");
            output.WriteLine(
                $"  {terminal.Program} unseal --data {ShellWord.Of(Path.GetFullPath(options.DataFolder))}"
            );
            output.WriteLine();
        }

        if (options.Dev)
        {
            WriteWhatDevMade(terminal, options, server);
        }

        output.WriteLine("Try it in another terminal:");
        foreach (var line in CommandsToTry(terminal, options, server))
        {
            output.WriteLine($"  {line}");
        }

        output.WriteLine();
    }

    private static void WriteWhatDevMade(Terminal terminal, ServerOptions options, KeyholdServer server)
    {
        var output = terminal.Error;
        output.WriteLine("--dev is for trying out, not for production.");
        if (server.CreatedRootKey)
        {
            var place = options.RootKey ?? new RootKeyPlace.File(DataFolder.DefaultRootKeyFile(options.DataFolder));
            var beside = DataFolder.HoldsRootKey(options.DataFolder, place) ? ", beside what it protects" : "";
            var name = place is RootKeyPlace.File file ? file.Path : place.Text;
            output.WriteLine($"  The root key was made now, in {name}{beside}.");
        }

        if (server.GeneratedAccessKey)
        {
            output.WriteLine(
                "  The first access key was made now. It may do everything; its secret is shown this once."
            );
        }

        output.WriteLine($"  For production, prepare a data folder with `{terminal.Program} init`.");
        output.WriteLine();
    }

    private static IEnumerable<string> CommandsToTry(Terminal terminal, ServerOptions options, KeyholdServer server)
    {
        if (server is { GeneratedAccessKey: true, AddedAccessKey: { } made })
        {
            foreach (var line in AccessKey.ExportCommands(made.AccessKeyId, made.Secret))
            {
                yield return line;
            }
        }
        else
        {
            yield return $"# Export {AccessKey.IdVariable} and {AccessKey.SecretVariable} there as well.";
        }

        var endpoint = Reachable(server.Urls[0]);
        if (!string.Equals(endpoint, ServerOptions.DefaultEndpoint, StringComparison.Ordinal))
        {
            yield return $"export KEYHOLD_ENDPOINT={endpoint}";
        }

        var program = terminal.Program;
        var trust = Trust(options, endpoint);
        yield return $"{program} cert create{trust} --key-spec EC_P256 --subject \"CN=shop.example,OU=web,O=Example,C=DE\"";
        yield return $"{program} cert list{trust}";
        yield return $"{program} api DescribeRegions{trust}";
    }

    private static string DescribeKey(Terminal terminal, ServerOptions options, KeyholdServer server) =>
        (server.AddedAccessKey, options.InitialAccessKey) switch
        {
            ({ } made, _) when server.GeneratedAccessKey =>
                $"{made.AccessKeyId}, made now; its secret is below, this once",
            ({ } added, _) => $"{added.AccessKeyId}, from the environment, added now",
            (null, { } known) => $"{known.AccessKeyId}, from the environment",
            _ => "made at an earlier start. If its secret is lost, stop the server and make another:\n"
                + $"             {terminal.Program} access-key create {FolderOptions.Typed(options)}",
        };

    /// <summary>The file in full, since the other terminal may be in another folder.</summary>
    private static string Trust(ServerOptions options, string endpoint) =>
        options.TlsCertificateFile is { } file && endpoint.StartsWith("https:", StringComparison.Ordinal)
            ? $" --ca-cert {ShellWord.Of(Path.GetFullPath(file))}"
            : "";

    /// <summary>An address that listens everywhere is reached at loopback.</summary>
    private static string Reachable(string url) =>
        url.Replace("//0.0.0.0:", "//127.0.0.1:", StringComparison.Ordinal)
            .Replace("//[::]:", "//[::1]:", StringComparison.Ordinal);
}
