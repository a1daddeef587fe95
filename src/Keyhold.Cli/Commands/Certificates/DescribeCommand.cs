using System.CommandLine;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert describe: everything about a certificate but its PEM.</summary>
internal static class DescribeCommand
{
    public static Command Create(ClientOptions client)
    {
        var id = CertificateCommands.Id();
        var command = new Command("describe", "Shows a certificate's status, names, validity and warnings.") { id };
        client.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync("DescribeCertificate", stop, ("CertificateId", call.Value(id)))
                    .ConfigureAwait(false);
                return call.Show(answer, () => CertificateDetails.Write(call.Terminal, answer));
            }
        );
        return command;
    }
}
