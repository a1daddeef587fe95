using System.CommandLine;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>The group "cert".</summary>
internal static class CertificateCommands
{
    public static Command Create(Terminal terminal, ClientOptions client)
    {
        var group = new Command("cert", "Certificates and their keys: create, upload, sign, verify and so on.")
        {
            CreateCommand.Create(client),
            UploadCommand.Create(client),
            GetCommand.Create(client),
            DescribeCommand.Create(client),
            ListCommand.Create(client),
            ExpiringCommand.Create(client),
            SignCommand.Create(client),
            VerifyCommand.Create(client),
            EncryptCommand.Create(client),
            DecryptCommand.Create(client),
            StatusCommand.Create(client),
            DeleteCommand.Create(client),
            ExportCommand.Create(client),
            ImportCommand.Create(client),
        };
        client.AddToEach(group.Subcommands);
        group.Add(CheckCommand.Create(terminal, client.Json));
        group.Add(client.Json);
        return group;
    }

    public static Argument<string> Id() => new("ID") { Description = "The certificate's CertificateId" };

    public static Option<string> SigningAlgorithm() =>
        new("--algorithm")
        {
            Description = "RSA_PKCS1_SHA_256, RSA_PSS_SHA_256, ECDSA_SHA_256 or SM2DSA, fitting the certificate's key",
            HelpName = "NAME",
            Required = true,
            CompletionSources = { "RSA_PKCS1_SHA_256", "RSA_PSS_SHA_256", "ECDSA_SHA_256", "SM2DSA" },
        };

    public static Option<string> EncryptionAlgorithm() =>
        new("--algorithm")
        {
            Description = "RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256 or SM2PKE, fitting the certificate's key",
            HelpName = "NAME",
            Required = true,
            CompletionSources = { "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE" },
        };

    public static Option<string?> OutputFile(string description) =>
        new("--out") { Description = description, HelpName = "FILE" };
}
