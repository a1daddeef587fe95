using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Server.Tests.Cli;

public class CertificateLifeTests
{
    [Theory]
    [InlineData("RSA_2048")]
    [InlineData("EC_P256")]
    [InlineData("EC_SM2")]
    public async Task A_certificate_goes_through_its_whole_life(string keySpec)
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync(keySpec);

        var described = (await cli.RunAsync("cert", "describe", id)).Succeeded().Output;
        Assert.Contains("ACTIVE", described, StringComparison.Ordinal);
        Assert.Contains("CN=Test Issuer", described, StringComparison.Ordinal);
        Assert.Contains(keySpec, described, StringComparison.Ordinal);

        (await cli.RunAsync("cert", "status", id, "inactive")).Succeeded();
        (await cli.RunAsync("cert", "list", "--status", "INACTIVE", "--json")).Succeeded();
        (await cli.RunAsync("cert", "status", id, "REVOKED")).Succeeded();
        (await cli.RunAsync("cert", "status", id, "ACTIVE")).WasRefused("Rejected.StateModifiedFailed", "Request id: ");
        (await cli.RunAsync("cert", "delete", id)).Succeeded();
        (await cli.RunAsync("cert", "describe", id)).WasRefused("Certificate.NotFound", "Request id: ");
    }

    [Theory]
    [InlineData("RSA_2048", "RSA_PKCS1_SHA_256")]
    [InlineData("RSA_2048", "RSA_PSS_SHA_256")]
    [InlineData("EC_P256", "ECDSA_SHA_256")]
    [InlineData("EC_SM2", "SM2DSA")]
    public async Task A_signature_verifies_and_a_changed_message_does_not(string keySpec, string algorithm)
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync(keySpec);
        string[] common = [id, "--algorithm", algorithm];

        var signature = (await cli.RunAsync(["cert", "sign", .. common, "--message", "hello"]))
            .Succeeded()
            .Output.Trim();
        var good = await cli.RunAsync(["cert", "verify", .. common, "--message", "hello", "--signature", signature]);
        Assert.Equal("The signature is valid.\n", good.Succeeded().Output);

        var bad = await cli.RunAsync(["cert", "verify", .. common, "--message", "hallo", "--signature", signature]);
        Assert.Equal(1, bad.ExitCode);
        Assert.Equal("The signature is NOT valid.\n", bad.Output);
    }

    [Fact]
    public async Task A_message_comes_from_a_file_or_standard_input_byte_for_byte_and_a_signature_goes_to_a_file()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync("EC_P256");
        string[] common = [id, "--algorithm", "ECDSA_SHA_256"];
        byte[] message = [0, 1, 2, 0xFF, (byte)'\r', (byte)'\n'];
        var signature = cli.PathOf("message.sig");

        var signed = await cli.RunWithInputAsync(
            message,
            ["cert", "sign", .. common, "--message-file", "-", "--out", signature]
        );
        Assert.Empty(signed.Succeeded().Output);
        string[] verify = ["cert", "verify", .. common, "--message-file", cli.Write("message", message)];
        (await cli.RunAsync([.. verify, "--signature-file", signature])).Succeeded();

        var inBase64 = cli.Write("message.b64", Convert.ToBase64String(File.ReadAllBytes(signature)) + "\n");
        (await cli.RunAsync([.. verify, "--signature-file", inBase64])).Succeeded();
    }

    [Fact]
    public async Task A_signature_on_standard_output_is_its_bytes_and_nothing_else()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync("EC_P256");
        var run = await cli.RunAsync(
            "cert",
            "sign",
            id,
            "--algorithm",
            "ECDSA_SHA_256",
            "--message",
            "m",
            "--out",
            "-"
        );
        const byte derSequence = 0x30;
        Assert.Equal(derSequence, run.Succeeded().OutputBytes[0]);
        Assert.Equal(run.OutputBytes.Length - 2, run.OutputBytes[1]);
    }

    [Fact]
    public async Task A_message_beyond_4_KiB_is_signed_by_its_digest_and_gives_the_same_kind_of_signature()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync("RSA_2048");
        var content = new byte[200_000];
        RandomNumberGenerator.Fill(content);
        var file = cli.Write("big", content);
        string[] common = [id, "--algorithm", "RSA_PKCS1_SHA_256"];

        var signature = (await cli.RunAsync(["cert", "sign", .. common, "--message-file", file]))
            .Succeeded()
            .Output.Trim();
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        (await cli.RunAsync(["cert", "verify", .. common, "--digest", digest, "--signature", signature])).Succeeded();
    }

    [Fact]
    public async Task A_message_beyond_4_KiB_under_SM2DSA_is_refused_with_advice()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var file = cli.Write("big", new byte[5000]);
        (await cli.RunAsync("cert", "sign", "id", "--algorithm", "SM2DSA", "--message-file", file)).WasBadUsage(
            "4096 bytes",
            "--digest"
        );
    }

    [Theory]
    [InlineData("RSA_2048", "RSAES_OAEP_SHA_1")]
    [InlineData("RSA_2048", "RSAES_OAEP_SHA_256")]
    [InlineData("EC_SM2", "SM2PKE")]
    public async Task A_ciphertext_decrypts_to_the_same_bytes_in_a_file_that_only_the_owner_reads(
        string keySpec,
        string algorithm
    )
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync(keySpec);
        byte[] secret = [0, 255, 10, 13];
        string[] common = [id, "--algorithm", algorithm];
        var ciphertext = cli.PathOf("secret.enc");
        var plaintext = cli.Write("plaintext", "was here before");
        (
            await cli.RunAsync([
                "cert",
                "encrypt",
                .. common,
                "--plaintext-file",
                cli.Write("in", secret),
                "--out",
                ciphertext,
            ])
        ).Succeeded();

        (
            await cli.RunAsync(["cert", "decrypt", .. common, "--ciphertext-file", ciphertext, "--out", plaintext])
        ).Succeeded();
        Assert.Equal(secret, await File.ReadAllBytesAsync(plaintext));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(plaintext));
        }

        var shown = await cli.RunAsync([
            "cert",
            "decrypt",
            .. common,
            "--ciphertext",
            Convert.ToBase64String(await File.ReadAllBytesAsync(ciphertext)),
        ]);
        Assert.Equal(secret, shown.Succeeded().OutputBytes);
    }

    [Fact]
    public async Task A_ciphertext_that_was_tampered_with_is_refused_and_leaves_the_output_file_alone()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync("RSA_2048");
        var output = cli.Write("out", "kept");
        var run = await cli.RunAsync(
            "cert",
            "decrypt",
            id,
            "--algorithm",
            "RSAES_OAEP_SHA_256",
            "--ciphertext",
            Convert.ToBase64String(new byte[256]),
            "--out",
            output
        );
        run.WasRefused("InvalidParameter", "CiphertextBlob");
        Assert.Equal("kept", cli.Read("out"));
    }

    [Fact]
    public async Task Signing_with_a_pending_certificate_is_refused_with_code_message_and_request_id()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateAsync("EC_P256");
        string[] sign = ["cert", "sign", id, "--algorithm", "ECDSA_SHA_256", "--message", "m"];
        (await cli.RunAsync(sign)).WasRefused("Rejected.PendingImport: ", "Request id: ");

        var json = await cli.RunAsync([.. sign, "--json"]);
        Assert.Equal(1, json.ExitCode);
        Assert.Empty(json.Output);
        Assert.Equal("Rejected.PendingImport", json.ErrorJson.GetProperty("Code").GetString());
        Assert.NotEmpty(json.ErrorJson.GetProperty("RequestId").GetString()!);
    }

    [Theory]
    [InlineData("CertificatePrivateKeySign", "SignatureValue", "sign", "--message", "m")]
    [InlineData("CertificatePublicKeyEncrypt", "CiphertextBlob", "encrypt", "--plaintext", "m")]
    public async Task With_json_the_answer_is_the_APIs(string action, string field, params string[] command)
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync("RSA_2048");
        var algorithm = action.EndsWith("Sign", StringComparison.Ordinal) ? "RSA_PSS_SHA_256" : "RSAES_OAEP_SHA_256";
        var run = await cli.RunAsync(["cert", .. command, id, "--algorithm", algorithm, "--json"]);
        Assert.NotEmpty(run.Succeeded().Json.GetProperty(field).GetBytesFromBase64());
        Assert.NotEmpty(run.Json.GetProperty("RequestId").GetString()!);
    }

    [Fact]
    public async Task Create_shows_that_the_key_is_exportable_unless_told_otherwise()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        string[] create = ["cert", "create", "--key-spec", "EC_P256", "--subject", CertificateScenario.Subject];
        var usual = (await cli.RunAsync(create)).Succeeded().Output;
        Assert.Contains("true (the API's default", usual, StringComparison.Ordinal);
        Assert.Contains("-----BEGIN CERTIFICATE REQUEST-----", usual, StringComparison.Ordinal);

        var safe = (await cli.RunAsync([.. create, "--exportable", "false"])).Succeeded().Output;
        Assert.DoesNotContain("true", safe, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_puts_nothing_but_the_CSR_on_standard_output_when_asked()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var run = await cli.RunAsync(
            "cert",
            "create",
            "--key-spec",
            "EC_P256",
            "--subject",
            CertificateScenario.Subject,
            "--san",
            "shop.example",
            "--san",
            "*.shop.example",
            "--out",
            "-"
        );
        Assert.StartsWith("-----BEGIN CERTIFICATE REQUEST-----\n", run.Succeeded().Output, StringComparison.Ordinal);
        Assert.EndsWith("-----END CERTIFICATE REQUEST-----\n", run.Output, StringComparison.Ordinal);
        var request = Keyhold.Crypto.Certificates.SigningRequest.FromPem(run.Output);
        Assert.Equal(["shop.example", "*.shop.example"], request.SubjectAlternativeNames);
    }

    [Fact]
    public async Task Create_with_nowhere_to_write_to_makes_nothing()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var run = await cli.RunAsync(
            "cert",
            "create",
            "--key-spec",
            "EC_P256",
            "--subject",
            CertificateScenario.Subject,
            "--out",
            cli.PathOf("no-such-folder/csr.pem")
        );
        run.WasBadUsage("no-such-folder");
        Assert.Contains("0 of 0", (await cli.RunAsync("cert", "list")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_gives_the_CSR_of_a_pending_certificate_and_PEM_files_of_an_active_one()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var pending = await cli.CreateAsync("EC_P256");
        var csr = (await cli.RunAsync("cert", "get", pending)).Succeeded();
        Assert.Equal(cli.Read("csr.pem"), csr.Output);
        Assert.Contains("PENDING", csr.Error, StringComparison.Ordinal);
        (await cli.RunAsync("cert", "get", pending, "--certificate", "-")).WasBadUsage("PENDING", "--csr");

        var active = await cli.CreateActiveAsync("EC_P256");
        var all = (
            await cli.RunAsync("cert", "get", active, "--csr", cli.PathOf("again.pem"), "--full-chain", "-")
        ).Succeeded();
        Assert.StartsWith(cli.Read("leaf.pem"), all.Output, StringComparison.Ordinal);
        Assert.Equal(3, all.Output.Split("BEGIN CERTIFICATE-----").Length - 1);
        Assert.Equal(cli.Read("csr.pem"), cli.Read("again.pem"));
    }

    [Fact]
    public async Task List_shows_a_line_for_each_certificate_and_filters()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var pending = await cli.CreateAsync("EC_P256");
        var active = await cli.CreateActiveAsync("EC_SM2");
        var all = (await cli.RunAsync("cert", "list")).Succeeded().Output;
        Assert.Contains(pending, all, StringComparison.Ordinal);
        Assert.Contains(active, all, StringComparison.Ordinal);
        Assert.Contains("2 of 2", all, StringComparison.Ordinal);
        var filtered = (await cli.RunAsync("cert", "list", "--status", "active")).Succeeded().Output;
        Assert.DoesNotContain(pending, filtered, StringComparison.Ordinal);
        (await cli.RunAsync("cert", "list", "--page", "zero")).WasRefused("PageNumber");
    }
}
