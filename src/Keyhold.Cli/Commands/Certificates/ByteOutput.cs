using System.CommandLine;
using System.Security.Cryptography;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>
/// An answer whose point is one field of base64: as it is on standard output, or decoded with --out; with --json the
/// whole answer.
/// </summary>
internal static class ByteOutput
{
    public static void Check(Call call, Option<string?> output)
    {
        OutputFile.Check(call.Value(output));
        if (call.Json && call.Value(output) is "-")
        {
            throw new UsageException("--json and --out - both want standard output. Choose one.");
        }
    }

    public static int Write(Call call, Option<string?> output, ApiAnswer answer, string field, bool secret)
    {
        if (call.Value(output) is { } file)
        {
            WriteDecoded(call, file, answer, field, secret);
        }

        if (call.Json)
        {
            call.ShowAsItCame(answer);
        }
        else if (call.Value(output) is null)
        {
            call.Terminal.Out.WriteLine(answer.Required(field));
        }

        return ExitCode.Good;
    }

    public static void WriteDecoded(Call call, string file, ApiAnswer answer, string field, bool secret)
    {
        var bytes = Convert.FromBase64String(answer.Required(field));
        try
        {
            if (secret)
            {
                OutputFile.WriteSecret(file, bytes, call.Terminal);
            }
            else
            {
                OutputFile.Write(file, bytes, call.Terminal);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
