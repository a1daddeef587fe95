using System.CommandLine;
using Keyhold.Cli.Input;
using Keyhold.Cli.Output;
using Keyhold.Crypto.Certificates;
using Keyhold.Protocol.Answers;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>
/// cert upload: the certificate that a CA issued, and its chain. The API wants exactly one certificate in Certificate;
/// CAs hand out files with several. So such a file is split here: the first certificate made for this key is the
/// certificate, all others join the chain.
/// </summary>
internal static class UploadCommand
{
    public static Command Create(ClientOptions client)
    {
        var id = CertificateCommands.Id();
        var certificate = new Option<string>("--certificate")
        {
            Description =
                "The issued certificate: PEM, DER or PKCS#7; a full-chain file is split (- is standard input)",
            HelpName = "FILE",
            Required = true,
        };
        var chain = new Option<string[]>("--chain")
        {
            Description = "Certificates of the CAs above it, in any order; repeat the option for more files",
            HelpName = "FILE",
        };
        var command = new CommandWithExamples(
            "upload",
            "Imports the certificate that a CA issued for the CSR, and its chain.",
            """
            keyhold cert upload ID --certificate leaf.pem --chain chain.pem
            keyhold cert upload ID --certificate fullchain.pem
            keyhold cert upload ID --certificate leaf.pem --chain intermediate.pem --chain root.pem
            """
        )
        {
            id,
            certificate,
            chain,
        };
        client.Run(
            command,
            async (call, stop) =>
            {
                var leaf = Read(call.Value(certificate)!, call.Terminal);
                var above = (call.Value(chain) ?? []).Select(file => Read(file, call.Terminal)).ToList();
                if (CertificateBundle.Split(leaf, publicKey: null).Count > 1)
                {
                    var csr = await call.SendAsync("GetCertificate", stop, ("CertificateId", call.Value(id)))
                        .ConfigureAwait(false);
                    var request = SigningRequest.FromPem(csr.Required("Csr"));
                    var bundle = CertificateBundle.Split(leaf, request.PublicKey);
                    leaf = bundle.Certificate;
                    above.Insert(0, bundle.Rest!);
                    call.Terminal.Error.WriteLine(
                        $"{InputFile.Name(call.Value(certificate)!)} holds {bundle.Count} certificates: number {bundle.Place + 1} "
                            + "is uploaded as the certificate, the others as its chain."
                    );
                }

                var answer = await call.SendAsync(
                        "UploadCertificate",
                        stop,
                        ("CertificateId", call.Value(id)),
                        ("Certificate", leaf),
                        ("CertificateChain", above.Count == 0 ? null : string.Join('\n', above))
                    )
                    .ConfigureAwait(false);
                if (call.Json)
                {
                    call.ShowAsItCame(answer);
                    return ExitCode.Good;
                }

                var details = await call.SendAsync("DescribeCertificate", stop, ("CertificateId", call.Value(id)))
                    .ConfigureAwait(false);
                CertificateDetails.Write(call.Terminal, details);
                return ExitCode.Good;
            }
        );
        return command;
    }

    private static string Read(string file, Terminal terminal)
    {
        var text = CertificateFile.ReadPem(file, terminal);
        return PrivateKeyLeak.IsIn(text)
            ? throw new UsageException(
                $"{InputFile.Name(file)} holds a private key. Nothing was sent: only certificates may be uploaded, and the "
                    + "key of this certificate is in Keyhold already. Remove the key from the file."
            )
            : text;
    }
}
