namespace Keyhold.Server.Tests.Cli;

public class ApiCommandTests
{
    [Fact]
    public async Task Any_operation_can_be_called_and_its_answer_is_indented_JSON()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var run = await cli.RunAsync("api", "DescribeRegions");
        Assert.Contains("\n  \"", run.Succeeded().Output, StringComparison.Ordinal);
        Assert.True(run.Json.TryGetProperty("RequestId", out _));
    }

    [Fact]
    public async Task With_json_the_answer_is_compact_as_it_came()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var run = await cli.RunAsync("api", "DescribeRegions", "--json");
        Assert.Equal(run.Succeeded().Output.TrimEnd('\n'), run.Json.GetRawText());
        Assert.DoesNotContain("\n", run.Output.TrimEnd('\n'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_come_from_words_files_and_standard_input()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateAsync("EC_P256");
        using var authority = cli.Authority("EC_P256");
        var leaf = cli.Write("leaf.pem", cli.IssueForCsr(authority).Pem);
        var run = await cli.RunWithInputAsync(
            System.Text.Encoding.ASCII.GetBytes(authority.ChainPem),
            "api",
            "UploadCertificate",
            $"CertificateId={id}",
            $"Certificate=@{leaf}",
            "CertificateChain=-"
        );
        run.Succeeded();
    }

    [Theory]
    [InlineData("Name==@x")]
    [InlineData("Name==-")]
    [InlineData("Name=plain")]
    public async Task A_value_after_two_equals_signs_is_taken_as_it_stands(string word)
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        (await cli.RunAsync("api", "DescribeRegions", word)).Succeeded();
    }

    [Fact]
    public async Task An_operation_that_is_none_is_refused_by_the_server()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        (await cli.RunAsync("api", "NoSuchAction")).WasRefused("InvalidAction.NotFound", "Request id: ");
    }

    [Theory]
    [InlineData("word", "Name=value")]
    [InlineData("=value", "Name=value")]
    [InlineData("Name=@/no/such/file", "no such file")]
    [InlineData("Name=@/", "folder")]
    public async Task A_word_that_is_no_parameter_is_refused_here(string word, string expected)
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("api", "DescribeRegions", word)).WasBadUsage(expected);
    }

    [Fact]
    public async Task A_parameter_given_twice_is_refused_here()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("api", "DescribeRegions", "A=1", "A=2")).WasBadUsage("twice");
    }

    [Fact]
    public async Task A_file_that_is_not_text_is_refused_with_advice()
    {
        await using var cli = new CliUnderTest();
        var file = cli.Write("binary", [0xFF, 0xFE, 0x80]);
        (await cli.RunAsync("api", "DescribeRegions", $"A=@{file}")).WasBadUsage("UTF-8", "base64");
    }

    [Fact]
    public async Task A_file_larger_than_any_request_is_refused_here()
    {
        await using var cli = new CliUnderTest();
        var file = cli.Write("large", new byte[2_000_000]);
        (await cli.RunAsync("api", "DescribeRegions", $"A=@{file}")).WasBadUsage("larger than");
    }
}
