using System.CommandLine;
using Keyhold.Cli.Input;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert delete: certificate, history and private key, at once.</summary>
internal static class DeleteCommand
{
    public static Command Create(ClientOptions client)
    {
        var id = CertificateCommands.Id();
        var command = new Command("delete", "Deletes a certificate and its private key, at once and for good.") { id };
        client.Run(
            command,
            async (call, stop) =>
            {
                if (!Question.IsConfirmed(call.Terminal, $"Delete {call.Value(id)} and its private key for good?"))
                {
                    return ExitCode.Refused;
                }

                var answer = await call.SendAsync("DeleteCertificate", stop, ("CertificateId", call.Value(id)))
                    .ConfigureAwait(false);
                return call.Show(
                    answer,
                    () => call.Terminal.Out.WriteLine($"{call.Value(id)} and its key are deleted.")
                );
            }
        );
        return command;
    }
}
