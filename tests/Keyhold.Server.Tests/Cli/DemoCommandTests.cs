namespace Keyhold.Server.Tests.Cli;

public class DemoCommandTests
{
    [Fact]
    public async Task The_demo_shows_every_step_for_every_key_spec_and_leaves_nothing_behind()
    {
        using var program = new ProgramUnderTest(null, "demo");
        var run = (await program.EndAsync()).Succeeded();
        string[] expected =
        [
            "RSA_2048",
            "EC_P256",
            "EC_SM2",
            "CreateCertificate",
            "UploadCertificate",
            "CertificatePrivateKeySign",
            "SignatureValid=true",
            "SignatureValid=false",
            "Plaintext=",
            "\u2190 400, ",
            "InvalidParameter",
            "keyhold serve --dev",
        ];
        Assert.All(expected, words => Assert.Contains(words, run.Output, StringComparison.Ordinal));
        Assert.Empty(run.Error);
        Assert.Empty(program.LeftBehind);
    }

    [Fact]
    public async Task The_demo_removes_its_data_when_it_is_interrupted()
    {
        using var program = new ProgramUnderTest(null, "demo");
        await program.ReadLineAsync();
        program.Signal("INT");
        var run = await program.EndAsync();
        Assert.Equal(130, run.ExitCode);
        Assert.Empty(program.LeftBehind);
    }
}
