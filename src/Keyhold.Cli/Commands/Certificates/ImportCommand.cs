using System.CommandLine;
using System.Security.Cryptography;
using Keyhold.Cli.Input;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert import: a key and its certificate that were made elsewhere.</summary>
internal static class ImportCommand
{
    public static Command Create(ClientOptions client)
    {
        var file = new Argument<string>("FILE") { Description = "A PKCS#12 file: .p12 or .pfx (- is standard input)" };
        var passphraseFile = PassphraseOption.Create();
        var command = new CommandWithExamples(
            "import",
            "Imports a private key and its certificate from a PKCS#12 file.",
            """
            keyhold cert import shop.p12
            keyhold cert import shop.p12 --passphrase-file passphrase.txt
            """
        )
        {
            file,
            passphraseFile,
        };
        client.Run(
            command,
            async (call, stop) =>
            {
                var content = InputFile.ReadBytes(call.Value(file), call.Terminal);
                try
                {
                    var answer = await call.SendAsync(
                            "ImportCertificate",
                            stop,
                            ("PKCS12Blob", Convert.ToBase64String(content)),
                            ("Passphrase", Passphrase.Read(call.Value(passphraseFile), call.Terminal, chosenNow: false))
                        )
                        .ConfigureAwait(false);
                    return call.Show(
                        answer,
                        () =>
                            Screen.WriteFields(
                                call.Terminal,
                                toError: false,
                                ("CertificateId", answer.Text("CertificateId")),
                                ("Arn", answer.Text("Arn"))
                            )
                    );
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(content);
                }
            }
        );
        return command;
    }
}
