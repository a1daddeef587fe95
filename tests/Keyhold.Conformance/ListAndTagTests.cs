using System.Text.Json;
using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance;

/// <summary>ListCertificates with its filters and pages, TagResource and UntagResource, DescribeRegions.</summary>
public sealed class ListAndTagTests(ConformanceFixture conformance)
{
    [Fact]
    public async Task A_list_comes_in_pages_that_overlap_nowhere_and_miss_nothing()
    {
        const string Subject = "paged list";
        var expected = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 0; number < 5; number++)
            expected.Add((await CreateAsync(Subject)).CertificateId);

        var found = new List<string>();
        foreach (var (page, size) in ((int, int)[])[(1, 2), (2, 2), (3, 1), (4, 0)])
        {
            var list = await ListAsync(("Subject", Subject), ("PageNumber", $"{page}"), ("PageSize", "2"));
            Assert.Equal(5, list.GetProperty("TotalSize").GetInt32());
            Assert.Equal(page, list.GetProperty("PageNumber").GetInt32());
            Assert.Equal(2, list.GetProperty("PageSize").GetInt32());
            var ids = SummariesOf(list).Select(one => one.Text("CertificateId")).ToList();
            Assert.Equal(size, ids.Count);
            found.AddRange(ids);
        }
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_summary_shows_what_the_certificate_is()
    {
        var certificate = await conformance.ActiveAsync(
            Specs.Sm2,
            more: ("Subject", HostedCertificate.SubjectOf("summary"))
        );
        var pending = await CreateAsync("summary");
        var description = await certificate.DescribeAsync();

        var summaries = SummariesOf(await ListAsync(("Subject", "summary")))
            .ToDictionary(one => one.Text("CertificateId"), StringComparer.Ordinal);

        var summary = summaries[certificate.CertificateId];
        foreach (var field in (string[])["Subject", "Issuer", "KeySpec", "NotBefore", "NotAfter", "Status"])
            Assert.Equal(description.Text(field), summary.Text(field));
        Assert.Equal("PENDING", summaries[pending.CertificateId].Text("Status"));
    }

    [Fact]
    public async Task The_filters_subject_issuer_and_status_narrow_the_list()
    {
        var active = await conformance.ActiveAsync(
            Specs.P256,
            more: ("Subject", HostedCertificate.SubjectOf("Filtered One"))
        );
        var inactive = await conformance.ActiveAsync(
            Specs.P256,
            more: ("Subject", HostedCertificate.SubjectOf("Filtered Two"))
        );
        await inactive.SetStatusAsync("INACTIVE");
        var pending = await CreateAsync("Filtered Three");

        await CheckAsync([active, inactive, pending], ("Subject", "filtered"));
        await CheckAsync([active], ("Subject", "FILTERED"), ("Status", "ACTIVE"));
        await CheckAsync([inactive], ("Subject", "Filtered"), ("Status", "INACTIVE"));
        await CheckAsync([pending], ("Subject", "Filtered"), ("Status", "PENDING"));
        await CheckAsync([], ("Subject", "Filtered"), ("Status", "REVOKED"));
        await CheckAsync([active, inactive], ("Subject", "Filtered"), ("Issuer", "conformance-intermediate"));
        await CheckAsync([], ("Subject", "Filtered"), ("Issuer", "somebody else"));
        await CheckAsync([], ("Subject", "100%"));
        await CheckAsync([], ("Subject", "Filtered_One"));
    }

    [Theory]
    [InlineData("PageNumber", "0")]
    [InlineData("PageNumber", "-1")]
    [InlineData("PageNumber", "one")]
    [InlineData("PageSize", "0")]
    [InlineData("PageSize", "1000000")]
    [InlineData("PageSize", "2.5")]
    [InlineData("Status", "EXPIRED")]
    public async Task A_bad_filter_is_refused(string parameter, string value) =>
        await conformance.Api().InvalidAsync(parameter, "ListCertificates", (parameter, value));

    [Fact]
    public async Task Tags_are_set_replaced_and_removed()
    {
        var certificate = await CreateAsync("tags");
        await TagAsync(
            certificate,
            """[{"TagKey":"S1key1","TagValue":"S1val1"},{"TagKey":"S1key2","TagValue":"S2"}]"""
        );
        Assert.Equal("S1key1=S1val1,S1key2=S2", TagsOf(await certificate.DescribeAsync()));
        await TagAsync(certificate, """[{"TagKey":"S1key2","TagValue":"changed"},{"TagKey":"third","TagValue":""}]""");
        Assert.Equal("S1key1=S1val1,S1key2=changed,third=", TagsOf(await certificate.DescribeAsync()));
        await certificate.CallAsync("UntagResource", ("TagKeys", """["S1key1","third","never there"]"""));
        Assert.Equal("S1key2=changed", TagsOf(await certificate.DescribeAsync()));
    }

    [Fact]
    public async Task Tags_outlive_an_upload_and_a_change_of_status()
    {
        var certificate = await conformance.ActiveAsync(Specs.P256);
        await TagAsync(certificate, """[{"TagKey":"k","TagValue":"v"}]""");
        var authority = await conformance.AuthorityAsync(Specs.P256);
        await certificate.UploadAsync(await authority.IssueAsync(certificate.Csr), authority.Chain);
        await certificate.SetStatusAsync("INACTIVE");
        Assert.Equal("k=v", TagsOf(await certificate.DescribeAsync()));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"TagKey\":\"a\",\"TagValue\":\"b\"")]
    [InlineData("[{\"TagValue\":\"b\"}]")]
    [InlineData("[{\"TagKey\":\"\",\"TagValue\":\"b\"}]")]
    [InlineData("[{\"TagKey\":1,\"TagValue\":\"b\"}]")]
    [InlineData("[\"a\"]")]
    public async Task Bad_tags_are_refused(string tags)
    {
        var certificate = await CreateAsync("bad tags");
        await certificate.InvalidAsync("Tags", "TagResource", ("Tags", tags));
        Assert.Equal("", TagsOf(await certificate.DescribeAsync()));
    }

    [Fact]
    public async Task Tags_of_an_unknown_certificate_are_refused()
    {
        var unknown = ("CertificateId", "00000000-0000-4000-8000-000000000000");
        var api = conformance.Api();
        await api.RefusedAsync(
            404,
            "Certificate.NotFound",
            "TagResource",
            unknown,
            ("Tags", """[{"TagKey":"a","TagValue":"b"}]""")
        );
        await api.RefusedAsync(404, "Certificate.NotFound", "UntagResource", unknown, ("TagKeys", """["a"]"""));
    }

    [Fact]
    public async Task The_region_is_described()
    {
        var regions = await conformance.Api(Road.KmsBody).CallAsync("DescribeRegions");
        var region = Assert.Single(regions.GetProperty("Regions").GetProperty("Region").EnumerateArray());
        Assert.Equal("cn-hangzhou", region.Text("RegionId"));
    }

    private Task<HostedCertificate> CreateAsync(string commonName) =>
        HostedCertificate.CreateAsync(
            conformance.Api(),
            Specs.P256,
            ("Subject", HostedCertificate.SubjectOf(commonName))
        );

    private Task<JsonElement> ListAsync(params (string Name, string Value)[] filters) =>
        conformance.Api(Road.PopCoreGet).CallAsync("ListCertificates", filters);

    private async Task CheckAsync(HostedCertificate[] expected, params (string Name, string Value)[] filters)
    {
        var list = await ListAsync(filters);
        Assert.Equal(
            expected.Select(one => one.CertificateId).Order(StringComparer.Ordinal),
            SummariesOf(list).Select(one => one.Text("CertificateId")).Order(StringComparer.Ordinal)
        );
        Assert.Equal(expected.Length, list.GetProperty("TotalSize").GetInt32());
    }

    private static JsonElement.ArrayEnumerator SummariesOf(JsonElement list) =>
        list.GetProperty("CertificateSummaryList").GetProperty("CertificateSummary").EnumerateArray();

    private static Task<JsonElement> TagAsync(HostedCertificate certificate, string tags) =>
        certificate.CallAsync("TagResource", ("Tags", tags));

    /// <summary>The tags as key=value, sorted. The samples show JSON text; an array or Tags.Tag[] says the same.</summary>
    private static string TagsOf(JsonElement description)
    {
        if (!description.TryGetProperty("Tags", out var tags))
            return "";
        if (tags.ValueKind is JsonValueKind.String)
            tags = JsonDocument.Parse(tags.GetString()!).RootElement;
        if (tags.ValueKind is JsonValueKind.Object && tags.TryGetProperty("Tag", out var wrapped))
            tags = wrapped;
        var pairs = tags.EnumerateArray().Select(tag => $"{tag.Text("TagKey")}={tag.Text("TagValue")}");
        return string.Join(',', pairs.Order(StringComparer.Ordinal));
    }
}
