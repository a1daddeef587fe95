using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Keyhold.Cli.Input;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>
/// What is signed or verified: a text, a file or a digest. The API takes messages up to 4 KiB; a larger file is hashed
/// here and sent as its digest, which gives the very same signature, unless the algorithm is SM2DSA, whose digest
/// depends on the public key.
/// </summary>
internal sealed class MessageOptions
{
    private const int MaximumMessage = 4096;

    private readonly Option<string?> text = new("--message") { Description = "The message: a text", HelpName = "TEXT" };

    private readonly Option<string?> file = new("--message-file")
    {
        Description = "The message: a file, byte for byte (- is standard input)",
        HelpName = "FILE",
    };

    private readonly Option<string?> digest = new("--digest")
    {
        Description = "The message's digest in hex, as sha256sum prints it (for SM2DSA: e of GB/T 32918.2)",
        HelpName = "HEX",
    };

    public void AddTo(Command command)
    {
        command.Add(text);
        command.Add(file);
        command.Add(digest);
        command.Validators.Add(result =>
        {
            Option[] options = [text, file, digest];
            if (options.Count(option => result.GetResult(option) is not null) != 1)
            {
                result.AddError("Give exactly one of --message, --message-file and --digest.");
            }
        });
    }

    /// <summary>The parameters MessageType and Message.</summary>
    public (string Type, string Message) Read(Call call, string algorithm)
    {
        if (call.Value(digest) is { } hex)
        {
            return ("DIGEST", Convert.ToBase64String(FromHex(hex)));
        }

        return call.Value(file) is { } path
            ? ReadFile(path, call, algorithm)
            : ("RAW", Convert.ToBase64String(Encoding.UTF8.GetBytes(call.Value(text) ?? "")));
    }

    private static (string Type, string Message) ReadFile(string path, Call call, string algorithm)
    {
        using var stream = InputFile.Open(path, call.Terminal);
        var start = new byte[MaximumMessage + 1];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (length <= MaximumMessage)
        {
            return ("RAW", Convert.ToBase64String(start.AsSpan(0, length)));
        }

        if (!algorithm.EndsWith("SHA_256", StringComparison.Ordinal))
        {
            throw new UsageException(
                $"{InputFile.Name(path)} is larger than {MaximumMessage} bytes, the most that {algorithm} signs directly. "
                    + "Give its digest with --digest instead."
            );
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        hash.AppendData(start);
        while (stream.Read(buffer) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
        }

        return ("DIGEST", Convert.ToBase64String(hash.GetHashAndReset()));
    }

    private static byte[] FromHex(string hex)
    {
        try
        {
            return Convert.FromHexString(hex.Trim());
        }
        catch (FormatException)
        {
            throw new UsageException(
                "--digest is not hex digits in pairs. Give it as `sha256sum FILE` prints it, without the file's name."
            );
        }
    }
}
