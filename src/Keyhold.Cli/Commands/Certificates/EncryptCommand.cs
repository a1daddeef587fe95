using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Keyhold.Cli.Input;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert encrypt: the ciphertext as base64 on standard output, or its bytes to a file.</summary>
internal static class EncryptCommand
{
    public static Command Create(ClientOptions client)
    {
        var id = CertificateCommands.Id();
        var algorithm = CertificateCommands.EncryptionAlgorithm();
        var text = new Option<string?>("--plaintext") { Description = "The plaintext: a text", HelpName = "TEXT" };
        var file = new Option<string?>("--plaintext-file")
        {
            Description = "The plaintext: a file, byte for byte (- is standard input)",
            HelpName = "FILE",
        };
        var output = CertificateCommands.OutputFile("Write the ciphertext's bytes to this file (- is standard output)");
        var command = new CommandWithExamples(
            "encrypt",
            "Encrypts a short secret, such as a data key, with a certificate's public key. Prints base64.",
            """
            keyhold cert encrypt ID --algorithm RSAES_OAEP_SHA_256 --plaintext-file data.key --out data.key.enc
            """
        )
        {
            id,
            algorithm,
            text,
            file,
            output,
        };
        Base64Input.RequireOneOf(command, text, file);
        client.Run(
            command,
            async (call, stop) =>
            {
                ByteOutput.Check(call, output);
                var plaintext = call.Value(file) is { } path
                    ? InputFile.ReadBytes(path, call.Terminal)
                    : Encoding.UTF8.GetBytes(call.Value(text) ?? "");
                try
                {
                    var answer = await call.SendAsync(
                            "CertificatePublicKeyEncrypt",
                            stop,
                            ("CertificateId", call.Value(id)),
                            ("Algorithm", call.Value(algorithm)),
                            ("Plaintext", Convert.ToBase64String(plaintext))
                        )
                        .ConfigureAwait(false);
                    return ByteOutput.Write(call, output, answer, "CiphertextBlob", secret: false);
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(plaintext);
                }
            }
        );
        return command;
    }
}
