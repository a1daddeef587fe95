using System.CommandLine;
using System.Text;
using Keyhold.Cli.Input;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert create: a key pair inside, and the CSR for it.</summary>
internal static class CreateCommand
{
    public static Command Create(ClientOptions client)
    {
        var keySpec = new Option<string>("--key-spec")
        {
            Description = "RSA_2048, EC_P256 or EC_SM2",
            HelpName = "SPEC",
            Required = true,
            CompletionSources = { "RSA_2048", "EC_P256", "EC_SM2" },
        };
        var subject = new Option<string>("--subject")
        {
            Description = "Distinguished name with CN, C, O and OU, such as CN=shop.example,OU=web,O=Example,C=DE",
            HelpName = "DN",
            Required = true,
        };
        var names = new Option<string[]>("--san")
        {
            Description = "A DNS name or IP address the certificate shall be good for; up to 10, repeat the option",
            HelpName = "NAME",
        };
        var exportable = new Option<string?>("--exportable")
        {
            Description = "Whether the private key may ever be exported. The API's default is true; false is safer",
            HelpName = "true|false",
            CompletionSources = { "true", "false" },
        };
        var output = CertificateCommands.OutputFile(
            "Write the CSR to this file (- is standard output, the rest on standard error)"
        );
        var command = new CommandWithExamples(
            "create",
            "Makes a key pair that stays inside and a certificate signing request (CSR) to hand to a CA.",
            """
            keyhold cert create --key-spec EC_P256 --subject "CN=shop.example,OU=web,O=Example,C=DE" --out shop.csr
            keyhold cert create --key-spec RSA_2048 --subject "CN=shop.example,OU=web,O=Example,C=DE" \
                --san shop.example --san "*.shop.example" --exportable false --out shop.csr
            keyhold cert create --key-spec EC_SM2 --subject "CN=a,OU=b,O=c,C=CN" --out - | openssl req -noout -text
            """
        )
        {
            keySpec,
            subject,
            names,
            exportable,
            output,
        };
        client.Run(
            command,
            async (call, stop) =>
            {
                var file = call.Value(output);
                OutputFile.Check(file);
                if (call.Json && file is "-")
                {
                    throw new UsageException("--json and --out - both want standard output. Choose one.");
                }

                var mayExport = TrueOrFalse(call.Value(exportable));
                var answer = await call.SendAsync(
                        "CreateCertificate",
                        stop,
                        ("KeySpec", call.Value(keySpec)),
                        ("Subject", call.Value(subject)),
                        ("SubjectAlternativeNames", JsonTexts.Write(call.Value(names))),
                        ("ExportablePrivateKey", mayExport)
                    )
                    .ConfigureAwait(false);
                var csr = answer.Required("Csr");
                if (file is not null)
                {
                    OutputFile.Write(file, Encoding.ASCII.GetBytes(csr), call.Terminal);
                }

                if (call.Json)
                {
                    call.ShowAsItCame(answer);
                    return ExitCode.Good;
                }

                var id = answer.Required("CertificateId");
                Screen.WriteFields(
                    call.Terminal,
                    toError: file is "-",
                    ("CertificateId", id),
                    ("Arn", answer.Text("Arn")),
                    ("Status", "PENDING, until the certificate is uploaded"),
                    ("Exportable", Exportable(mayExport)),
                    ("CSR", file is null or "-" ? null : $"written to {file}")
                );
                if (file is null)
                {
                    call.Terminal.Out.WriteLine();
                    call.Terminal.Out.Write(csr);
                }
                else
                {
                    call.Terminal.Error.WriteLine(
                        $"Next: let a CA sign the CSR, then `{call.Terminal.Program} cert upload {id} --certificate leaf.pem`."
                    );
                }

                return ExitCode.Good;
            }
        );
        return command;
    }

    /// <summary>The API's own spelling; official clients write True and False.</summary>
    private static string? TrueOrFalse(string? typed) =>
        typed?.ToUpperInvariant() switch
        {
            null => null,
            "TRUE" => "true",
            "FALSE" => "false",
            _ => throw new UsageException($"--exportable is \"{typed}\", but true or false is expected."),
        };

    private static string Exportable(string? asked) =>
        asked ?? "true (the API's default; --exportable false keeps the private key inside for good)";
}
