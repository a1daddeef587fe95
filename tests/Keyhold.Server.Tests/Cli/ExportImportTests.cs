namespace Keyhold.Server.Tests.Cli;

public class ExportImportTests
{
    [Fact]
    public async Task A_PKCS12_export_is_for_its_owner_alone_and_can_be_imported()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync("RSA_2048");
        var passphrase = cli.Write("passphrase", "correct horse battery\nsecond line");
        var file = cli.PathOf("shop.p12");
        (
            await cli.RunAsync(
                "cert",
                "export",
                id,
                "--format",
                "pkcs12",
                "--passphrase-file",
                passphrase,
                "--out",
                file
            )
        ).Succeeded();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        (await cli.RunAsync("cert", "delete", id)).Succeeded();
        var run = await cli.RunAsync("cert", "import", file, "--passphrase-file", passphrase);
        Assert.Contains("CertificateId", run.Succeeded().Output, StringComparison.Ordinal);

        var wrong = cli.Write("wrong", "another");
        (await cli.RunAsync("cert", "import", file, "--passphrase-file", wrong)).WasRefused("InvalidParameter");
    }

    [Fact]
    public async Task A_PEM_export_holds_the_encrypted_key_the_certificate_and_the_chain()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync("EC_P256");
        var run = await cli.RunWithInputAsync(
            "correct horse battery"u8.ToArray(),
            "cert",
            "export",
            id,
            "--passphrase-file",
            "-"
        );
        var pem = run.Succeeded().Output;
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", pem, StringComparison.Ordinal);
        Assert.EndsWith(cli.Read("leaf.pem") + cli.Read("chain.pem"), pem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_made_not_exportable_stays_inside()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync("EC_P256", "--exportable", "false");
        var passphrase = cli.Write("passphrase", "correct horse battery");
        (await cli.RunAsync("cert", "export", id, "--passphrase-file", passphrase)).WasRefused(
            "Rejected.NotExportable"
        );
    }

    [Fact]
    public async Task PKCS12_does_not_go_to_standard_output_by_itself()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("cert", "export", "id", "--format", "PKCS12")).WasBadUsage("--out");
    }

    [Fact]
    public async Task A_format_that_is_none_is_refused()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("cert", "export", "id", "--format", "JKS")).WasBadUsage("PEM or PKCS12");
    }

    [Fact]
    public async Task Without_a_passphrase_file_and_nobody_to_ask_it_says_so()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("cert", "export", "id")).WasBadUsage("--passphrase-file");
        (await cli.RunAsync("cert", "import", cli.Write("a.p12", [1]))).WasBadUsage("--passphrase-file");
    }

    [Fact]
    public async Task An_empty_first_line_is_no_passphrase()
    {
        await using var cli = new CliUnderTest();
        var passphrase = cli.Write("passphrase", "\nsecond");
        (await cli.RunAsync("cert", "export", "id", "--passphrase-file", passphrase)).WasBadUsage("first line");
    }

    [Fact]
    public async Task There_is_no_option_for_the_passphrase_itself()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("cert", "export", "id", "--passphrase", "x")).WasBadUsage("--passphrase");
    }
}
