using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Keyhold.Server.Tests.Hosting;

namespace Keyhold.Server.Tests.Laws;

/// <summary>
/// The table of docs/observability.md is what is exported, and the dashboard and the alert rules ask for nothing else.
/// </summary>
public partial class MetricNameTests
{
    private sealed record Row(string Name, string Kind, string Unit, string PrometheusName);

    [Fact]
    public async Task The_table_is_what_the_server_has()
    {
        await using var door = await StartAsync();
        var published = new HashSet<(string, string, string)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith("Keyhold", StringComparison.Ordinal))
                {
                    published.Add((instrument.Name, KindOf(instrument), instrument.Unit ?? ""));
                }
            },
        };
        listener.Start();
        Assert.Equal(published.Order(), Table().Select(row => (row.Name, row.Kind, row.Unit)).Order());
    }

    [Fact]
    public async Task What_Prometheus_reads_is_in_the_table_by_the_name_that_Prometheus_gives_it()
    {
        await using var door = await StartAsync();
        var client = door.ClientFrom("127.0.0.1");
        await door.CallAsync(client);
        await door.CallAsync(client, secret: "wrong");
        await door.AskAsync(
            client,
            "CreateCertificate",
            ("KeySpec", "EC_P256"),
            ("Subject", "CN=a.example,OU=a,O=Example,C=DE")
        );
        var read = await client.GetStringAsync(
            new Uri(door.MetricsUrl!, "/metrics"),
            TestContext.Current.CancellationToken
        );
        var exported = TypeLine()
            .Matches(read)
            .Select(line => (Name: line.Groups["name"].Value, Kind: line.Groups["kind"].Value))
            .ToArray();
        Assert.True(exported.Length > 12, read);
        Assert.Empty(exported.Except(Table().Select(row => (row.PrometheusName, row.Kind))));
    }

    [Theory]
    [InlineData("deploy/grafana/keyhold.json")]
    [InlineData("deploy/prometheus/keyhold.rules.yml")]
    [InlineData("docs/observability.md")]
    public void Every_metric_that_is_asked_for_exists(string file)
    {
        var known = Table()
            .SelectMany(row =>
                row.Kind == "histogram"
                    ?
                    [
                        row.PrometheusName,
                        .. new[] { "_bucket", "_sum", "_count" }.Select(end => row.PrometheusName + end),
                    ]
                    : new[] { row.PrometheusName }
            )
            .ToHashSet(StringComparer.Ordinal);
        var asked = AskedName()
            .Matches(File.ReadAllText(Repository.PathOf(file.Split('/'))))
            .Select(name => name.Value)
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        Assert.True(asked.Length > 5);
        Assert.Empty(asked.Except(known, StringComparer.Ordinal));
    }

    private static Task<DoorUnderTest> StartAsync() =>
        DoorUnderTest.StartAsync(options => options with { MetricsListen = "http://127.0.0.1:0" });

    private static string KindOf(Instrument instrument) =>
        instrument switch
        {
            Counter<long> => "counter",
            Histogram<double> => "histogram",
            _ => "gauge",
        };

    private static Row[] Table() =>
        [
            .. TableRow()
                .Matches(File.ReadAllText(Repository.PathOf("docs", "observability.md")))
                .Select(row => new Row(
                    row.Groups["name"].Value,
                    row.Groups["kind"].Value,
                    row.Groups["unit"].Value,
                    row.Groups["prometheus"].Value
                )),
        ];

    [GeneratedRegex(
        @"^\| `(?<name>keyhold\.[a-z_.]+)` \| (?<kind>counter|histogram|gauge) \| (`(?<unit>[^`]+)`)? ?\| `(?<prometheus>[a-z_]+)` \|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex TableRow();

    [GeneratedRegex(
        @"^# TYPE (?<name>keyhold_\w+) (?<kind>\w+)\r?$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"\bkeyhold_[a-z_]+\b", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex AskedName();
}
