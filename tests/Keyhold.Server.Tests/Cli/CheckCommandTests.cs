using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Server.Tests.Cli;

public class CheckCommandTests
{
    [Fact]
    public async Task A_good_chain_is_drawn_as_a_tree_root_first_and_ends_with_0()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var run = await CheckAsync(cli, files.LeafFile, "--chain", files.RootFile, "--chain", files.IssuerFile);
        var expected = $"""
            ✓ {CheckScenario.Root}
            │   EC P-256, signed by itself with ECDSA-SHA256, valid 2026-11-24 to 2036-11-21
            └─✓ {CheckScenario.Issuer}
              │   SM2, signed with ECDSA-SHA256, valid 2026-11-24 to 2036-11-21
              └─✓ {CertificateScenario.Subject}
                    EC P-256, signed with SM2-SM3, valid 2026-11-24 to 2027-11-24

            ✓ Good (profile compatible, at 2026-11-24 12:00:00Z)

            """;
        Assert.Equal(expected, run.Succeeded().Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task It_needs_neither_server_nor_access_key()
    {
        await using var cli = new CliUnderTest();
        cli.Environment.Clear();
        var files = CheckScenario.Make(cli);
        (await CheckAsync(cli, files.LeafFile, "--chain", files.IssuerFile)).Succeeded();
    }

    [Fact]
    public async Task A_missing_root_is_shown_above_the_path()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var run = (await CheckAsync(cli, files.LeafFile, "--chain", files.IssuerFile)).Succeeded();
        Assert.StartsWith($"? {CheckScenario.Root}\n│   not given\n└─", run.Output, StringComparison.Ordinal);
        Assert.Contains("RootMissing", run.Output, StringComparison.Ordinal);
        Assert.Contains("✓ Good, with warnings", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_certificate_is_marked_explained_and_ends_with_1()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli, TimeSpan.FromDays(30));
        cli.Time.Advance(TimeSpan.FromDays(31));
        var run = await CheckAsync(cli, files.LeafFile, "--chain", files.IssuerFile, "--chain", files.RootFile);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"└─✓ {CheckScenario.Issuer}", run.Output, StringComparison.Ordinal);
        Assert.Contains($"└─✗ {CertificateScenario.Subject}", run.Output, StringComparison.Ordinal);
        Assert.Contains("✗ Expired", run.Output, StringComparison.Ordinal);
        Assert.Contains("✗ Refused", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-12-01T00:00:00Z", 0)]
    [InlineData("2026-12-01t08:00:00.25+08:00", 0)]
    [InlineData("2027-01-01T00:00:00Z", 1)]
    [InlineData("2025-01-01T00:00:00Z", 1)]
    public async Task At_judges_as_of_another_moment(string at, int exitCode)
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli, TimeSpan.FromDays(30));
        cli.Time.Advance(TimeSpan.FromDays(1000));
        var run = await CheckAsync(cli, files.LeafFile, "--chain", files.IssuerFile, "--at", at);
        Assert.True(run.ExitCode == exitCode, run.Output);
    }

    [Theory]
    [InlineData("2026-12-01")]
    [InlineData("2026-12-01T00:00:00")]
    [InlineData("now")]
    [InlineData("2026-13-01T00:00:00Z")]
    public async Task A_moment_that_is_none_is_bad_usage(string at)
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        (await CheckAsync(cli, files.LeafFile, "--at", at)).WasBadUsage(at, "RFC 3339");
    }

    [Fact]
    public async Task A_full_chain_file_is_split_in_any_order()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var bundle = cli.Write("bundle.pem", cli.Read("root.pem") + cli.Read("issuer.pem") + cli.Read("leaf.pem"));
        var run = (await CheckAsync(cli, bundle)).Succeeded();
        Assert.Contains("number 3", run.Error, StringComparison.Ordinal);
        Assert.Contains($"  └─✓ {files.Leaf.Subject}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_CSR_the_certificate_of_its_key_is_taken_out_of_a_bundle()
    {
        await using var cli = new CliUnderTest();
        var other = CheckScenario.Make(cli).Leaf.Pem;
        var files = CheckScenario.Make(cli);
        var bundle = cli.Write("bundle.pem", other + cli.Read("leaf.pem") + cli.Read("issuer.pem"));
        var run = (await CheckAsync(cli, bundle, "--csr", files.CsrFile, "--json")).Succeeded();
        Assert.Equal(files.Leaf.SerialHex, run.Json.GetProperty("Path")[0].GetProperty("Serial").GetString());
    }

    [Fact]
    public async Task A_DER_file_is_read()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var leaf = cli.Write("leaf.der", files.Leaf.Der.ToArray());
        var issuer = cli.Write("issuer.der", files.IssuerCertificate.Der.ToArray());
        (await CheckAsync(cli, leaf, "--chain", issuer)).Succeeded();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_PKCS7_file_is_split(bool isPem)
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var collection = new X509Certificate2Collection();
        foreach (var certificate in new[] { files.RootCertificate, files.IssuerCertificate, files.Leaf })
        {
            collection.Add(X509CertificateLoader.LoadCertificate(certificate.Der.Span));
        }

        var der = collection.Export(X509ContentType.Pkcs7)!;
        var bundle = isPem
            ? cli.Write("bundle.p7b", PemEncoding.WriteString("PKCS7", der))
            : cli.Write("bundle.p7b", der);
        var run = (await CheckAsync(cli, bundle, "--json")).Succeeded();
        Assert.Equal(files.Leaf.SerialHex, run.Json.GetProperty("Path")[0].GetProperty("Serial").GetString());
        Assert.Equal(3, run.Json.GetProperty("Path").GetArrayLength());
    }

    [Fact]
    public async Task A_binary_file_is_refused_by_name()
    {
        await using var cli = new CliUnderTest();
        (await CheckAsync(cli, cli.Write("picture.png", [0x89, 0x50, 0, 0]))).WasBadUsage("picture.png", "PEM");
    }

    [Fact]
    public async Task Standard_input_is_read()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var input = Encoding.ASCII.GetBytes(files.Leaf.Pem + files.IssuerCertificate.Pem);
        (await cli.RunWithInputAsync(input, "cert", "check", "-")).Succeeded();
    }

    [Fact]
    public async Task The_CSR_of_another_key_is_refused()
    {
        await using var cli = new CliUnderTest();
        var csr = cli.Read(Path.GetFileName(CheckScenario.Make(cli).CsrFile));
        var files = CheckScenario.Make(cli);
        var other = cli.Write("other.csr", csr);
        var run = await CheckAsync(cli, files.LeafFile, "--chain", files.IssuerFile, "--csr", other);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("KeyMismatch", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_anchors_a_path_must_end_in_one_of_them()
    {
        await using var cli = new CliUnderTest();
        var stranger = CheckScenario.Make(cli).RootCertificate.Pem;
        var files = CheckScenario.Make(cli);
        var other = cli.Write("other.pem", stranger);
        string[] chain = [files.LeafFile, "--chain", files.IssuerFile, "--chain", files.RootFile];

        var good = (await CheckAsync(cli, [.. chain, "--anchors", files.RootFile])).Succeeded();
        Assert.Contains("trust anchor", good.Output, StringComparison.Ordinal);
        var bad = await CheckAsync(cli, [.. chain, "--anchors", other]);
        Assert.True(bad.ExitCode == 1, bad.Output);
    }

    [Fact]
    public async Task Anchors_that_are_no_certificates_are_bad_usage()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var file = cli.Write("anchors.pem", "nothing");
        (await CheckAsync(cli, files.LeafFile, "--anchors", file)).WasBadUsage("anchors.pem", "trust anchors");
        (await CheckAsync(cli, files.LeafFile, "--anchors", "absent.pem")).WasBadUsage("absent.pem", "no such file");
    }

    [Fact]
    public async Task Json_is_the_report_in_the_shape_of_CheckCertificate_and_tells_the_profile()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var run = await CheckAsync(cli, files.LeafFile, "--chain", files.IssuerFile, "--profile", "strict", "--json");
        var report = run.Json;
        Assert.Equal(
            ["Accepted", "Profile", "CheckedAt", "Path", "RootMissing", "Dropped", "Findings"],
            report.EnumerateObject().Select(field => field.Name)
        );
        Assert.Equal("strict", report.GetProperty("Profile").GetString());
        Assert.True(report.GetProperty("RootMissing").GetBoolean());
        Assert.Equal(run.ExitCode == 0, report.GetProperty("Accepted").GetBoolean());
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAA\n-----END PRIVATE KEY-----\n")]
    public async Task What_cannot_be_read_ends_with_2_and_a_reason(string text)
    {
        await using var cli = new CliUnderTest();
        var run = await CheckAsync(cli, cli.Write("leaf.pem", text));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("✗ Unreadable", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("MC4CAQ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_cannot_be_read_ends_with_2()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var run = await CheckAsync(cli, files.LeafFile, "--chain", cli.Write("chain.pem", "hello"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("NoPem, the chain", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_CSR_in_place_of_the_certificate_is_named()
    {
        await using var cli = new CliUnderTest();
        var run = await CheckAsync(cli, CheckScenario.Make(cli).CsrFile);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("RequestFound", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_in_place_of_the_CSR_is_bad_usage()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        (await CheckAsync(cli, files.LeafFile, "--csr", files.LeafFile)).WasBadUsage("leaf.pem", "CSR");
    }

    [Fact]
    public async Task Control_characters_in_names_do_not_reach_the_terminal()
    {
        await using var cli = new CliUnderTest();
        using var root = TestAuthority.CreateRoot(
            Crypto.Keys.KeySpec.EcP256,
            "CN=\\1B[2Jevil,O=Example,C=DE",
            cli.Time
        );
        var run = await CheckAsync(cli, cli.Write("root.pem", root.Certificate.Pem));
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Theory]
    [InlineData("--csr", "absent.csr")]
    [InlineData("--chain", "absent.pem")]
    public async Task A_file_that_is_not_there_is_bad_usage(string option, string file)
    {
        await using var cli = new CliUnderTest();
        (await CheckAsync(cli, CheckScenario.Make(cli).LeafFile, option, file)).WasBadUsage(file, "no such file");
    }

    [Fact]
    public async Task Wrong_combinations_are_bad_usage()
    {
        await using var cli = new CliUnderTest();
        (await CheckAsync(cli)).WasBadUsage("--batch");
        (await CheckAsync(cli, "leaf.pem", "--batch", "-")).WasBadUsage("one of the two");
        (await CheckAsync(cli, "--batch", "-", "--chain", "x")).WasBadUsage("--chain");
        (await CheckAsync(cli, "leaf.pem", "--profile", "lax")).WasBadUsage("lax", "strict");
        (await CheckAsync(cli, "-", "--chain", "-")).WasBadUsage("twice");
    }

    private static Task<CliRun> CheckAsync(CliUnderTest cli, params string[] arguments) =>
        cli.RunAsync(["cert", "check", .. arguments]);
}
