using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Keyhold.Cli.Api;
using Keyhold.Cli.Input;

namespace Keyhold.Cli.Commands;

/// <summary>Calls any operation by its name, for what has no command of its own.</summary>
internal static class ApiCommand
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create(ClientOptions client)
    {
        var action = new Argument<string>("Action") { Description = "The operation, such as DescribeCertificate" };
        var parameters = new Argument<string[]>("Name=value")
        {
            Description =
                "Its parameters. Name=@FILE takes the text of a file, Name=- standard input, and Name==value takes the "
                + "value as it stands, even when it begins with @ or is -",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new CommandWithExamples(
            "api",
            "Calls any operation of the API. Prints the answer as indented JSON, with --json as it came.",
            """
            keyhold api DescribeRegions
            keyhold api ListCertificates Status=ACTIVE PageSize=100
            keyhold api UploadCertificate CertificateId=ID Certificate=@leaf.pem CertificateChain=@chain.pem
            cat chain.pem | keyhold api UploadCertificate CertificateId=ID Certificate=@leaf.pem CertificateChain=-
            """
        )
        {
            action,
            parameters,
        };
        client.AddTo(command);
        command.Add(client.Json);
        client.Run(
            command,
            async (call, stop) =>
            {
                var pairs = Read(call.Value(parameters), call.Terminal);
                var answer = await call.Client.CallAsync(call.Value(action), pairs, stop).ConfigureAwait(false);
                return call.Show(answer, () => WriteIndented(call.Terminal, answer));
            }
        );
        return command;
    }

    private static List<KeyValuePair<string, string>> Read(string[] words, Terminal terminal)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var word in words)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new UsageException($"\"{word}\" is not a parameter. Write Name=value, Name=@FILE or Name=-.");
            }

            var name = word[..equals];
            if (pairs.Any(pair => string.Equals(pair.Key, name, StringComparison.Ordinal)))
            {
                throw new UsageException($"The parameter {name} is given twice. Give it once.");
            }

            pairs.Add(KeyValuePair.Create(name, Value(word[(equals + 1)..], terminal)));
        }

        return pairs;
    }

    private static string Value(string text, Terminal terminal) =>
        text switch
        {
            "-" => InputFile.ReadText("-", terminal),
            ['@', .. var file] => InputFile.ReadText(file, terminal),
            ['=', .. var literal] => literal,
            _ => text,
        };

    private static void WriteIndented(Terminal terminal, ApiAnswer answer)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            answer.Fields.WriteTo(writer);
        }

        terminal.Out.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
