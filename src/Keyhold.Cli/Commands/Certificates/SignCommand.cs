using System.CommandLine;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert sign: the signature as base64 on standard output, or its bytes to a file.</summary>
internal static class SignCommand
{
    public static Command Create(ClientOptions client)
    {
        var id = CertificateCommands.Id();
        var algorithm = CertificateCommands.SigningAlgorithm();
        var message = new MessageOptions();
        var output = CertificateCommands.OutputFile("Write the signature's bytes to this file (- is standard output)");
        var command = new CommandWithExamples(
            "sign",
            "Signs a message with a certificate's private key. Prints the signature as base64.",
            """
            keyhold cert sign ID --algorithm ECDSA_SHA_256 --message "hello"
            keyhold cert sign ID --algorithm RSA_PSS_SHA_256 --message-file contract.pdf --out contract.sig
            """
        )
        {
            id,
            algorithm,
            output,
        };
        message.AddTo(command);
        client.Run(
            command,
            async (call, stop) =>
            {
                ByteOutput.Check(call, output);
                var (type, content) = message.Read(call, call.Value(algorithm)!);
                var answer = await call.SendAsync(
                        "CertificatePrivateKeySign",
                        stop,
                        ("CertificateId", call.Value(id)),
                        ("Algorithm", call.Value(algorithm)),
                        ("MessageType", type),
                        ("Message", content)
                    )
                    .ConfigureAwait(false);
                return ByteOutput.Write(call, output, answer, "SignatureValue", secret: false);
            }
        );
        return command;
    }
}
