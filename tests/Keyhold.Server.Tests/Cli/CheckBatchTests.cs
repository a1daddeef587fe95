using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keyhold.Cli.Input;
using Keyhold.Server.Tests.Laws;

namespace Keyhold.Server.Tests.Cli;

public class CheckBatchTests
{
    [Theory]
    [InlineData("7")]
    [InlineData("-7")]
    [InlineData("9223372036854775808")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("1.50")]
    [InlineData("1e3")]
    [InlineData("1E+400")]
    public async Task A_number_comes_back_as_it_was_given(string id)
    {
        await using var cli = new CliUnderTest();
        var answers = await BatchAsync(cli, 0, $$"""{"id":{{id}},"leaf":"x"}""");
        var shown = Assert.Single(answers).GetProperty("id");
        Assert.Equal((JsonValueKind.Number, id), (shown.ValueKind, shown.GetRawText()));
    }

    [Fact]
    public async Task One_line_in_is_one_line_out_in_order_with_its_id()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var answers = await BatchAsync(
            cli,
            0,
            Line("a", files.Leaf.Pem, [files.IssuerCertificate.Pem, files.RootCertificate.Pem]),
            Line(7, files.Leaf.Pem, [files.RootCertificate.Pem]),
            "",
            Line(null, files.Leaf.Pem, [])
        );
        Assert.Equal(["a", "7"], answers.Take(2).Select(answer => answer.GetProperty("id").ToString()));
        Assert.Equal(JsonValueKind.Number, answers[1].GetProperty("id").ValueKind);
        Assert.False(answers[2].TryGetProperty("id", out _));
        Assert.Equal([true, false, true], answers.Select(Ok));
        Assert.Equal(
            [files.Leaf.Subject.ToString(), CheckScenario.Issuer, CheckScenario.Root],
            answers[0].GetProperty("path").EnumerateArray().Select(subject => subject.GetString())
        );
        Assert.Empty(answers[0].GetProperty("findings").EnumerateArray());
        var finding = answers[1].GetProperty("findings")[0];
        Assert.Equal("IssuerMissing", finding.GetProperty("code").GetString());
        Assert.Equal("error", finding.GetProperty("severity").GetString());
        Assert.NotEmpty(finding.GetProperty("reason").GetString()!);
    }

    [Fact]
    public async Task A_line_has_its_own_anchors_moment_and_profile()
    {
        await using var cli = new CliUnderTest();
        var stranger = CheckScenario.Make(cli).RootCertificate.Pem;
        var files = CheckScenario.Make(cli, TimeSpan.FromDays(30));
        string[] chain = [files.IssuerCertificate.Pem];
        var answers = await BatchAsync(
            cli,
            0,
            Line("anchored", files.Leaf.Pem, chain, anchors: [stranger, files.RootCertificate.Pem]),
            Line("elsewhere", files.Leaf.Pem, chain, anchors: [stranger]),
            Line("none", files.Leaf.Pem, chain, anchors: []),
            Line("late", files.Leaf.Pem, chain, at: "2027-06-01T00:00:00Z"),
            Line("in time", files.Leaf.Pem, chain, at: "2026-12-01T00:00:00+08:00", profile: "compatible")
        );
        Assert.Equal([true, false, true, false, true], answers.Select(Ok));
    }

    [Fact]
    public async Task Options_of_the_command_count_where_a_line_says_nothing()
    {
        await using var cli = new CliUnderTest();
        var stranger = cli.Write("stranger.pem", CheckScenario.Make(cli).RootCertificate.Pem);
        var files = CheckScenario.Make(cli);
        var lines = Lines(
            Line(1, files.Leaf.Pem, [files.IssuerCertificate.Pem]),
            Line(2, files.Leaf.Pem, [files.IssuerCertificate.Pem], anchors: [])
        );
        var run = await cli.RunWithInputAsync(lines, "cert", "check", "--batch", "-", "--anchors", stranger);
        Assert.Equal([false, true], Answers(run.Succeeded()).Select(Ok));
    }

    [Theory]
    [InlineData("hello", null, "not JSON")]
    [InlineData("[1]", null, "an object such as")]
    [InlineData("""{"id":"x"}""", "x", "\"leaf\" is missing")]
    [InlineData("""{"id":"x","leaf":null}""", "x", "\"leaf\" is missing")]
    [InlineData("""{"id":"x","leaf":5}""", "x", "\"leaf\" holds a JSON number")]
    [InlineData("""{"id":"x","leaf":"a","chain":"b"}""", "x", "\"chain\" is a JSON string")]
    [InlineData("""{"id":"x","leaf":"a","chain":[{}]}""", "x", "\"chain\" holds a JSON object")]
    [InlineData("""{"id":"x","leaf":"a","at":"yesterday"}""", "x", "RFC 3339")]
    [InlineData("""{"id":"x","leaf":"a","profile":"lax"}""", "x", "lax")]
    [InlineData("""{"id":"x","leaf":"a","anchors":["b"]}""", "x", "")]
    [InlineData("""{"id":"x","leaf":"\ud800"}""", "x", "half a character")]
    [InlineData("""{"id":"\ud800","leaf":"a"}""", null, "half a character")]
    [InlineData("""{"id":["x"],"leaf":"a"}""", null, "\"id\"")]
    [InlineData("""{"id":"x","leaf":"a""", "x", "not JSON")]
    [InlineData("""{"leaf":{"id":"y"},"id":"x","chain":[}""", "x", "not JSON")]
    public async Task A_line_that_cannot_be_used_is_told_with_its_id_and_the_rest_goes_on(
        string line,
        string? id,
        string reason
    )
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var good = Line("good", files.Leaf.Pem, [files.IssuerCertificate.Pem]);
        var answers = await BatchAsync(cli, 2, good, line, good);
        Assert.Equal([true, false, true], answers.Select(Ok));
        Assert.Equal(id, answers[1].TryGetProperty("id", out var shown) ? shown.GetString() : null);
        var error = answers[1].GetProperty("error").GetString()!;
        Assert.StartsWith("Line 2: ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_told()
    {
        await using var cli = new CliUnderTest();
        var run = await cli.RunWithInputAsync(
            [.. "{\"id\":\"x\",\"leaf\":\""u8, 0xFF, .. "\"}\n"u8],
            "cert",
            "check",
            "--batch",
            "-"
        );
        Assert.Equal(2, run.ExitCode);
        Assert.False(Ok(Assert.Single(Answers(run))));
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_is_a_verdict_not_an_error()
    {
        await using var cli = new CliUnderTest();
        var answer = Assert.Single(await BatchAsync(cli, 0, Line("x", "hello", [])));
        Assert.False(Ok(answer));
        Assert.False(answer.TryGetProperty("error", out _));
        Assert.Equal("NoPem", answer.GetProperty("findings")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_byte_order_mark_CRLF_and_a_missing_last_line_end_are_taken()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var line = Line("x", files.Leaf.Pem, [files.IssuerCertificate.Pem]);
        var file = cli.Write("cases.jsonl", "\uFEFF" + line + "\r\n \r\n" + line);
        var run = await cli.RunAsync("cert", "check", "--batch", file);
        Assert.Equal([true, true], Answers(run.Succeeded()).Select(Ok));
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_passed_over()
    {
        await using var cli = new CliUnderTest();
        var files = CheckScenario.Make(cli);
        var good = Line("x", files.Leaf.Pem, [files.IssuerCertificate.Pem]);
        var answers = await BatchAsync(cli, 2, new string(' ', JsonLines.MaximumBytes * 3), good);
        Assert.Contains("bytes", answers[0].GetProperty("error").GetString()!, StringComparison.Ordinal);
        Assert.True(Ok(answers[1]));
    }

    [Fact]
    public async Task A_batch_that_is_not_there_is_bad_usage()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("cert", "check", "--batch", "absent")).WasBadUsage("absent", "no such file");
    }

    [Fact]
    public async Task The_core_of_x509_limbo_gets_its_expected_verdicts_under_the_strict_profile()
    {
        var file = Path.Combine(Repository.Root, "..", "shared", "vectors", "limbo-core.json.gz");
        Assert.SkipUnless(File.Exists(file), "The shared test vectors (limbo-core.json.gz) are not beside this clone.");
        await using var unpacked = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        var cases = (await JsonNode.ParseAsync(unpacked))!["testcases"]!.AsArray();
        await using var cli = new CliUnderTest();

        var answers = await BatchAsync(cli, 0, [.. cases.Select(each => LimboLine(each!))]);

        var wrong = cases
            .Zip(answers)
            .Where(pair =>
                (string?)pair.First!["id"] != pair.Second.GetProperty("id").GetString()
                || ((string?)pair.First["expected_result"] == "SUCCESS") != Ok(pair.Second)
            );
        Assert.Empty(wrong.Select(pair => pair.Second.GetRawText()));
        Assert.Equal(cases.Count, answers.Length);
    }

    [Fact]
    public void Lines_come_whole_however_the_stream_cuts_them()
    {
        CsCheck.Check.Sample(
            CsCheck.Gen.Select(
                CsCheck.Gen.String[CsCheck.Gen.Char["ab\n"], 0, 60],
                CsCheck.Gen.Int[1, 7],
                (text, size) => (text, size)
            ),
            sample =>
            {
                using var stream = new ShortReads(Encoding.ASCII.GetBytes(sample.text), sample.size);
                var lines = new JsonLines(stream);
                var read = new List<string>();
                while (lines.TryRead(out var line))
                {
                    read.Add(Encoding.ASCII.GetString(line!.Value.Span));
                }

                var expected = sample.text.Split('\n').ToList();
                if (expected[^1].Length == 0)
                {
                    expected.RemoveAt(expected.Count - 1);
                }

                return expected.SequenceEqual(read);
            }
        );
    }

    private static bool Ok(JsonElement answer) => answer.GetProperty("ok").GetBoolean();

    private static async Task<JsonElement[]> BatchAsync(CliUnderTest cli, int exitCode, params string[] lines)
    {
        var run = await cli.RunWithInputAsync(Lines(lines), "cert", "check", "--batch", "-");
        Assert.True(run.ExitCode == exitCode, run.Output + run.Error);
        return Answers(run);
    }

    private static byte[] Lines(params string[] lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");

    private static JsonElement[] Answers(CliRun run) =>
        [
            .. run
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement.Clone()),
        ];

    private static string Line(
        JsonNode? id,
        string leaf,
        string[] chain,
        string[]? anchors = null,
        string? at = null,
        string? profile = null
    )
    {
        var line = new JsonObject
        {
            ["id"] = id,
            ["leaf"] = leaf,
            ["chain"] = Array(chain),
        };
        line["anchors"] = anchors is null ? null : Array(anchors);
        line["at"] = at;
        line["profile"] = profile;
        return line.ToJsonString();
    }

    private static string LimboLine(JsonNode limbo) =>
        new JsonObject
        {
            ["id"] = limbo["id"]!.DeepClone(),
            ["leaf"] = limbo["peer_certificate"]!.DeepClone(),
            ["chain"] = limbo["untrusted_intermediates"]?.DeepClone(),
            ["anchors"] = limbo["trusted_certs"]?.DeepClone(),
            // A case that names no moment holds at any: a fixed one keeps the test the same every year.
            ["at"] = limbo["validation_time"]?.DeepClone() ?? "2026-11-24T12:00:00Z",
            ["profile"] = "strict",
        }.ToJsonString();

    private static JsonArray Array(string[] texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    /// <summary>Gives a few bytes at a time, as pipes do.</summary>
    private sealed class ShortReads(byte[] content, int size) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, size));
    }
}
