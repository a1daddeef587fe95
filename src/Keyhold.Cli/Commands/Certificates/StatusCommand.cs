using System.CommandLine;
using Keyhold.Cli.Input;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert status: enable, disable or revoke.</summary>
internal static class StatusCommand
{
    public static Command Create(ClientOptions client)
    {
        var id = CertificateCommands.Id();
        var status = new Argument<string>("STATUS")
        {
            Description = "ACTIVE, INACTIVE or REVOKED (which is for good)",
            CompletionSources = { "ACTIVE", "INACTIVE", "REVOKED" },
        };
        var command = new CommandWithExamples(
            "status",
            "Enables, disables or revokes a certificate. A revoked one only verifies, and stays revoked.",
            """
            keyhold cert status ID INACTIVE
            """
        )
        {
            id,
            status,
        };
        client.Run(
            command,
            async (call, stop) =>
            {
                var wanted = call.Value(status).ToUpperInvariant();
                if (wanted is "REVOKED" && !Question.IsConfirmed(call.Terminal, "Revoking is for good. Go on?"))
                {
                    return ExitCode.Refused;
                }

                var answer = await call.SendAsync(
                        "UpdateCertificateStatus",
                        stop,
                        ("CertificateId", call.Value(id)),
                        ("Status", wanted)
                    )
                    .ConfigureAwait(false);
                return call.Show(answer, () => call.Terminal.Out.WriteLine($"{call.Value(id)} is {wanted}."));
            }
        );
        return command;
    }
}
