using System.CommandLine;
using Keyhold.Cli.Input;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert decrypt: the plaintext, byte for byte.</summary>
internal static class DecryptCommand
{
    public static Command Create(ClientOptions client)
    {
        var id = CertificateCommands.Id();
        var algorithm = CertificateCommands.EncryptionAlgorithm();
        var text = new Option<string?>("--ciphertext")
        {
            Description = "The ciphertext in base64",
            HelpName = "BASE64",
        };
        var file = new Option<string?>("--ciphertext-file")
        {
            Description = "A file with the ciphertext, its bytes or base64 (- is standard input)",
            HelpName = "FILE",
        };
        var output = CertificateCommands.OutputFile(
            "Write the plaintext to this file, readable by you alone [default: standard output]"
        );
        var command = new CommandWithExamples(
            "decrypt",
            "Decrypts with a certificate's private key. Gives the plaintext byte for byte.",
            """
            keyhold cert decrypt ID --algorithm RSAES_OAEP_SHA_256 --ciphertext-file data.key.enc --out data.key
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
                var answer = await call.SendAsync(
                        "CertificatePrivateKeyDecrypt",
                        stop,
                        ("CertificateId", call.Value(id)),
                        ("Algorithm", call.Value(algorithm)),
                        ("CiphertextBlob", Base64Input.Read(call, text, file))
                    )
                    .ConfigureAwait(false);
                if (call.Value(output) is { } path)
                {
                    ByteOutput.WriteDecoded(call, path, answer, "Plaintext", secret: true);
                }

                return call.Json
                    ? call.Show(answer, () => { })
                    : Print(call, answer, toFile: call.Value(output) is not null);
            }
        );
        return command;
    }

    private static int Print(Call call, Api.ApiAnswer answer, bool toFile)
    {
        if (!toFile)
        {
            ByteOutput.WriteDecoded(call, "-", answer, "Plaintext", secret: true);
        }

        return ExitCode.Good;
    }
}
