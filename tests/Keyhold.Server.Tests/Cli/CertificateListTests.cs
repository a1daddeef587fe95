namespace Keyhold.Server.Tests.Cli;

public class CertificateListTests
{
    private const string LongSubject =
        "CN=a-rather-long-name.shop.example,OU=web,O=An Example of a Company,ST=Berlin,C=DE";
    private const string ChineseSubject =
        "CN=商店.example,OU=网络安全与信息化部门,O=示例科技股份有限公司北京研发中心,ST=北京,C=CN";

    [Fact]
    public async Task An_empty_list_says_how_to_begin()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var list = (await cli.RunAsync("cert", "list")).Succeeded().Output;
        Assert.StartsWith("0 of 0 certificates\nCreate the first one", list, StringComparison.Ordinal);
        var command = list.Split('\n')[2].Trim().Replace("\"", "", StringComparison.Ordinal).Split(' ');
        Assert.Equal("keyhold", command[0]);
        (await cli.RunAsync([.. command.Skip(1)])).Succeeded();
        list = (await cli.RunAsync("cert", "list")).Succeeded().Output;
        Assert.EndsWith("1 of 1 certificates\n", list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--status", "REVOKED")]
    [InlineData("--subject", "nobody")]
    [InlineData("--issuer", "nobody")]
    public async Task An_empty_list_of_what_was_asked_for_says_so(string option, string value)
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var list = (await cli.RunAsync("cert", "list", option, value)).Succeeded().Output;
        Assert.Contains("None is as asked for", list, StringComparison.Ordinal);
        Assert.DoesNotContain("cert create", list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public async Task Nothing_is_split_inside_a_word_and_no_line_is_too_wide(int width)
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var ids = new[] { await CreateAsync(cli, LongSubject), await CreateAsync(cli, ChineseSubject) };
        cli.Width = width;
        var list = (await cli.RunAsync("cert", "list")).Succeeded().Output;
        Assert.All(ids, id => Assert.Contains($"\n{id}  PENDING", list, StringComparison.Ordinal));
        Assert.All(
            list.Split('\n'),
            line => Assert.True(Keyhold.Cli.Output.Cells.WidthOf(line) <= width, $"too wide: {line}")
        );
        foreach (
            var word in new[] { "CN=a-rather-long-name.shop.example", "ST=Berlin,C=DE", "OU=网络安全与信息化部门" }
        )
        {
            Assert.Contains(word, list, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_narrow_list_shows_the_day_a_certificate_ends_and_its_subject_below()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateActiveAsync("EC_P256");
        cli.Width = 80;
        var lines = (await cli.RunAsync("cert", "list")).Succeeded().Output.Split('\n');
        Assert.Matches($@"^{id}  ACTIVE  EC_P256  20\d\d-\d\d-\d\d$", lines[1]);
        Assert.Equal($"  {CertificateScenario.Subject}", lines[2]);
    }

    [Fact]
    public async Task A_list_with_room_for_it_is_a_table_with_a_line_a_certificate()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateAsync("EC_P256");
        cli.Width = 130;
        var list = (await cli.RunAsync("cert", "list")).Succeeded().Output;
        Assert.Matches($"{id} +PENDING +EC_P256 +{CertificateScenario.Subject}", list);
    }

    [Fact]
    public async Task A_page_with_more_behind_it_names_the_command_for_the_next()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        for (var made = 0; made < 11; made++)
        {
            await cli.CreateAsync("EC_P256");
        }

        Assert.EndsWith(
            "\n10 of 11 certificates; the next: keyhold cert list --page 2\n",
            (await cli.RunAsync("cert", "list")).Succeeded().Output,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "\n11 to 11 of 11 certificates\n",
            (await cli.RunAsync("cert", "list", "--page", "2")).Succeeded().Output,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "\n5 to 8 of 11 certificates; the next: keyhold cert list --subject O=Example,C=DE --page-size 4 --page 3\n",
            (await cli.RunAsync("cert", "list", "--page=2", "--subject", "O=Example,C=DE", "--page-size", "4"))
                .Succeeded()
                .Output,
            StringComparison.Ordinal
        );
        Assert.Equal("0 of 11 certificates\n", (await cli.RunAsync("cert", "list", "--page", "7")).Succeeded().Output);
    }

    [Fact]
    public async Task A_long_value_of_a_description_continues_under_itself()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await CreateAsync(cli, ChineseSubject);
        cli.Width = 80;
        var lines = (await cli.RunAsync("cert", "describe", id)).Succeeded().Output.Split('\n');
        Assert.Contains("Arn            acs:kms:cn-hangzhou:1000000000000001:certificate/", lines);
        Assert.Contains($"               {id}", lines);
        Assert.All(lines, line => Assert.True(Keyhold.Cli.Output.Cells.WidthOf(line) <= 80, line));
    }

    [Theory]
    [InlineData("True", "true")]
    [InlineData("FALSE", "false")]
    public async Task Exportable_is_taken_in_any_case(string typed, string meant)
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await cli.CreateAsync("EC_P256", "--exportable", typed);
        var described = (await cli.RunAsync("cert", "describe", id)).Succeeded().Output;
        Assert.Matches($"Exportable +{meant}\n", described);
    }

    private static async Task<string> CreateAsync(CliUnderTest cli, string subject)
    {
        var run = await cli.RunAsync("cert", "create", "--key-spec", "EC_P256", "--subject", subject, "--json");
        return run.Succeeded().Json.GetProperty("CertificateId").GetString()!;
    }
}
