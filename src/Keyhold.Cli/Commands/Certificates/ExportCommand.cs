using System.CommandLine;
using System.Text;
using Keyhold.Cli.Api;
using Keyhold.Cli.Input;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert export: the private key, encrypted under a passphrase, and the certificates.</summary>
internal static class ExportCommand
{
    private const string Pem = "PEM";
    private const string Pkcs12 = "PKCS12";

    public static Command Create(ClientOptions client)
    {
        var id = CertificateCommands.Id();
        var format = new Option<string>("--format")
        {
            Description = "PEM (encrypted private key, certificate and chain) or PKCS12",
            HelpName = "PEM|PKCS12",
            DefaultValueFactory = _ => Pem,
            CompletionSources = { Pem, Pkcs12 },
        };
        format.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>()?.ToUpperInvariant() is not (Pem or Pkcs12))
            {
                result.AddError("--format is PEM or PKCS12.");
            }
        });
        var passphraseFile = PassphraseOption.Create();
        var output = CertificateCommands.OutputFile(
            "Write to this file, readable by you alone (- is standard output) [default for PEM: standard output]"
        );
        var command = new CommandWithExamples(
            "export",
            "Exports a private key, encrypted under a passphrase, and its certificates. Only possible for certificates made "
                + "with ExportablePrivateKey true, which is the API's default; `cert create --exportable false` rules it out.",
            """
            keyhold cert export ID --format PKCS12 --out shop.p12
            keyhold cert export ID --passphrase-file passphrase.txt --out shop.pem
            """
        )
        {
            id,
            format,
            passphraseFile,
            output,
        };
        client.Run(
            command,
            async (call, stop) =>
            {
                ByteOutput.Check(call, output);
                var kind = call.Value(format)!.ToUpperInvariant();
                if (kind is Pkcs12 && call.Value(output) is null && !call.Json)
                {
                    throw new UsageException("A PKCS#12 file is not text. Name a file for it with --out FILE (or -).");
                }

                var answer = await call.SendAsync(
                        "ExportCertificate",
                        stop,
                        ("CertificateId", call.Value(id)),
                        ("Passphrase", Passphrase.Read(call.Value(passphraseFile), call.Terminal, chosenNow: true)),
                        ("ExportFormat", kind)
                    )
                    .ConfigureAwait(false);
                if (call.Value(output) is { } file)
                {
                    Write(call, file, kind, answer);
                }

                if (call.Json)
                {
                    call.ShowAsItCame(answer);
                }
                else if (call.Value(output) is null)
                {
                    Write(call, "-", kind, answer);
                }

                return ExitCode.Good;
            }
        );
        return command;
    }

    private static void Write(Call call, string file, string kind, ApiAnswer answer)
    {
        if (kind is Pkcs12)
        {
            ByteOutput.WriteDecoded(call, file, answer, "PKCS12Blob", secret: true);
            return;
        }

        var pem = answer.Required("PrivateKey") + answer.Required("Certificate") + answer.Text("CertificateChain");
        OutputFile.WriteSecret(file, Encoding.ASCII.GetBytes(pem), call.Terminal);
    }
}
