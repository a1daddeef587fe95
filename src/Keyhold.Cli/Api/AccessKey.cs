using System.Text;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Api;

/// <summary>
/// The access key in KEYHOLD_ACCESS_KEY_ID and KEYHOLD_ACCESS_KEY_SECRET: the caller's, or the first one of a new data
/// folder. There is no option for the secret, since every user of a machine can read the arguments of programs.
/// </summary>
internal static class AccessKey
{
    public const string IdVariable = "KEYHOLD_ACCESS_KEY_ID";
    public const string SecretVariable = "KEYHOLD_ACCESS_KEY_SECRET";

    public static SigningCredential OfCaller(Terminal terminal)
    {
        if (terminal.Variable(IdVariable) is { } id && terminal.Variable(SecretVariable) is { } secret)
        {
            return new SigningCredential(id, Encoding.UTF8.GetBytes(secret));
        }

        throw new UsageException(
            $"The environment variables {IdVariable} and {SecretVariable} are not both set. Set them to an access key of "
                + $"the server: `{terminal.Program} serve` prints the first one when it makes it."
        );
    }

    /// <summary>The first access key to add; null to have one made.</summary>
    public static InitialAccessKey? ToAddFirst(Terminal terminal) =>
        (terminal.Variable(IdVariable), terminal.Variable(SecretVariable)) switch
        {
            ({ } id, { } secret) => new InitialAccessKey(id, secret),
            (null, null) => null,
            _ => throw new UsageException(
                $"Only one of {IdVariable} and {SecretVariable} is set. Set both, or neither to have an access key made."
            ),
        };

    /// <summary>What somebody types to use an access key whose secret has just been made.</summary>
    public static IReadOnlyList<string> ExportCommands(string id, string secret) =>
        [$"export {IdVariable}={id}", $"export {SecretVariable}={secret}"];
}
