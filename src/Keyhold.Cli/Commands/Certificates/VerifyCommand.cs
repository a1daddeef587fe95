using System.CommandLine;
using Keyhold.Cli.Input;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert verify: exit code 0 for a good signature, 1 for any other.</summary>
internal static class VerifyCommand
{
    public static Command Create(ClientOptions client)
    {
        var id = CertificateCommands.Id();
        var algorithm = CertificateCommands.SigningAlgorithm();
        var message = new MessageOptions();
        var signature = new Option<string?>("--signature")
        {
            Description = "The signature in base64",
            HelpName = "BASE64",
        };
        var signatureFile = new Option<string?>("--signature-file")
        {
            Description = "A file with the signature, its bytes or base64 (- is standard input)",
            HelpName = "FILE",
        };
        var command = new CommandWithExamples(
            "verify",
            "Verifies a signature with a certificate's public key. Exit code 0: valid, 1: not valid.",
            """
            keyhold cert verify ID --algorithm ECDSA_SHA_256 --message "hello" --signature MEUCIQ...
            keyhold cert verify ID --algorithm RSA_PSS_SHA_256 --message-file contract.pdf --signature-file contract.sig
            """
        )
        {
            id,
            algorithm,
            signature,
            signatureFile,
        };
        message.AddTo(command);
        Base64Input.RequireOneOf(command, signature, signatureFile);
        client.Run(
            command,
            async (call, stop) =>
            {
                var (type, content) = message.Read(call, call.Value(algorithm)!);
                var answer = await call.SendAsync(
                        "CertificatePublicKeyVerify",
                        stop,
                        ("CertificateId", call.Value(id)),
                        ("Algorithm", call.Value(algorithm)),
                        ("MessageType", type),
                        ("Message", content),
                        ("SignatureValue", Base64Input.Read(call, signature, signatureFile))
                    )
                    .ConfigureAwait(false);
                var valid = answer.Flag("SignatureValid");
                call.Show(
                    answer,
                    () => call.Terminal.Out.WriteLine(valid ? "The signature is valid." : "The signature is NOT valid.")
                );
                return valid ? ExitCode.Good : ExitCode.Refused;
            }
        );
        return command;
    }
}
