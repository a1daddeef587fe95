using System.CommandLine;
using System.Text;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert get: the certificate, its chain and its CSR as PEM, for other programs to use.</summary>
internal static class GetCommand
{
    public static Command Create(ClientOptions client)
    {
        var id = CertificateCommands.Id();
        var certificate = File("--certificate", "Write the certificate");
        var chain = File("--chain", "Write the chain, issuer first");
        var fullChain = File("--full-chain", "Write the certificate and its chain");
        var csr = File("--csr", "Write the CSR");
        var command = new CommandWithExamples(
            "get",
            "Gives a certificate and its chain as PEM on standard output, or its parts to files.",
            """
            keyhold cert get ID
            keyhold cert get ID --certificate leaf.pem --chain chain.pem
            keyhold cert get ID --csr - | openssl req -noout -text
            """
        )
        {
            id,
            certificate,
            chain,
            fullChain,
            csr,
        };
        client.Run(
            command,
            async (call, stop) =>
            {
                Option<string?>[] files = [certificate, chain, fullChain, csr];
                var asked = files.Select(call.Value).ToList();
                asked.ForEach(OutputFile.Check);
                if (asked.Count(each => each is "-") + (call.Json ? 1 : 0) > 1)
                {
                    throw new UsageException("Only one thing can go to standard output. Name files for the others.");
                }

                var answer = await call.SendAsync("GetCertificate", stop, ("CertificateId", call.Value(id)))
                    .ConfigureAwait(false);
                var leaf = answer.Text("Certificate") ?? "";
                var above = answer.Text("CertificateChain") ?? "";
                if (leaf.Length == 0 && asked[..3].Exists(each => each is not null))
                {
                    throw new UsageException(
                        "The certificate is not uploaded yet (PENDING): there is only its CSR. Get that with --csr FILE."
                    );
                }

                Write(call, asked[0], leaf);
                Write(call, asked[1], above);
                Write(call, asked[2], leaf + above);
                Write(call, asked[3], answer.Required("Csr"));
                if (call.Json)
                {
                    call.ShowAsItCame(answer);
                }
                else if (asked.TrueForAll(each => each is null))
                {
                    if (leaf.Length == 0)
                    {
                        call.Terminal.Error.WriteLine(
                            "The certificate is not uploaded yet (PENDING). This is its CSR:"
                        );
                    }

                    call.Terminal.Out.Write(leaf.Length == 0 ? answer.Required("Csr") : leaf + above);
                }

                return ExitCode.Good;
            }
        );
        return command;
    }

    private static Option<string?> File(string name, string description) =>
        new(name) { Description = $"{description} to this file (- is standard output)", HelpName = "FILE" };

    private static void Write(Call call, string? file, string pem)
    {
        if (file is not null)
        {
            OutputFile.Write(file, Encoding.ASCII.GetBytes(pem), call.Terminal);
        }
    }
}
