using Keyhold.Cli.Api;
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
        output.WriteLine($"Data folder  {Path.GetFullPath(options.DataFolder)}");
        output.WriteLine($"Access key   {DescribeKey(terminal, options, server)}");
        output.WriteLine();
        if (options.Dev)
        {
            WriteWhatDevMade(terminal, options, server);
        }

        output.WriteLine("Try it in another terminal:");
        foreach (var line in CommandsToTry(terminal, server))
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
            var file = options.RootKeyFile ?? DataFolder.DefaultRootKeyFile(options.DataFolder);
            var beside = DataFolder.HoldsRootKey(options.DataFolder, file) ? ", beside what it protects" : "";
            output.WriteLine($"  The root key was made now, in {file}{beside}.");
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

    private static IEnumerable<string> CommandsToTry(Terminal terminal, KeyholdServer server)
    {
        if (server is { GeneratedAccessKey: true, AddedAccessKey: { } made })
        {
            foreach (var line in AccessKey.ExportCommands(made.AccessKeyId, made.Secret))
            {
                yield return line;
            }
        }

        var endpoint = server.Urls[0];
        if (!string.Equals(endpoint, ServerOptions.DefaultEndpoint, StringComparison.Ordinal))
        {
            yield return $"export KEYHOLD_ENDPOINT={endpoint}";
        }

        var program = terminal.Program;
        yield return $"{program} cert create --key-spec EC_P256 --subject \"CN=shop.example,OU=web,O=Example,C=DE\"";
        yield return $"{program} cert list";
        yield return $"{program} api DescribeRegions";
    }

    private static string DescribeKey(Terminal terminal, ServerOptions options, KeyholdServer server) =>
        (server.AddedAccessKey, options.InitialAccessKey) switch
        {
            ({ } made, _) when server.GeneratedAccessKey =>
                $"{made.AccessKeyId}, secret {made.Secret} (made now, shown this once)",
            ({ } added, _) => $"{added.AccessKeyId} (from the environment, added now)",
            (null, { } known) => $"{known.AccessKeyId} (from the environment)",
            _ => $"those made before. If none is known any more: stop the server, then `{terminal.Program} access-key "
                + $"create --data {options.DataFolder}`",
        };
}
