using System.Buffers.Text;
using System.CommandLine;
using System.Text;
using Keyhold.Cli.Commands;

namespace Keyhold.Cli.Input;

/// <summary>Bytes that this program or the API handed out: base64 in an argument, or a file with the bytes or base64.</summary>
internal static class Base64Input
{
    public static void RequireOneOf(Command command, Option<string?> text, Option<string?> file) =>
        command.Validators.Add(result =>
        {
            if (result.GetResult(text) is null == (result.GetResult(file) is null))
            {
                result.AddError($"Give exactly one of {text.Name} and {file.Name}.");
            }
        });

    /// <summary>The bytes as base64, the way the API takes them. Whether base64 given as such is sound, the server says.</summary>
    public static string Read(Call call, Option<string?> text, Option<string?> file)
    {
        if (call.Value(text) is { } base64)
        {
            return base64;
        }

        var content = InputFile.ReadBytes(call.Value(file)!, call.Terminal);

        // Signatures and ciphertexts are DER or as long as an RSA modulus: never base64 text by chance.
        return content.Length > 0 && Base64.IsValid(content)
            ? string.Concat(Encoding.ASCII.GetString(content).Where(character => !char.IsWhiteSpace(character)))
            : Convert.ToBase64String(content);
    }
}
