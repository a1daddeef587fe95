using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Tests.Storage;

public abstract class CertificateListingTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : CertificateListingTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : CertificateListingTests(DatabaseKind.Postgres);

    [Fact]
    public async Task The_newest_comes_first_and_equal_times_keep_their_order_over_pages()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        string[] ids = ["a", "b", "c", "d", "e", "f", "g"];
        foreach (var id in ids)
        {
            var time = Sample.Time.AddSeconds(string.Equals(id, "c", StringComparison.Ordinal) ? 1 : 0);
            await database.Certificates.AddAsync(Sample.Certificate(id) with { CreatedAt = time }, null, default);
        }

        var seen = new List<string>();
        for (var page = 1; page <= 4; page++)
        {
            var found = await database.Certificates.ListAsync(new(null, null, null), page, pageSize: 2, default);
            Assert.Equal(7, found.TotalSize);
            seen.AddRange(found.Items.Select(item => item.Certificate.CertificateId));
        }

        Assert.Equal("c g f e d b a", string.Join(' ', seen));
    }

    [Fact]
    public async Task A_page_behind_the_last_is_empty_and_still_counts_all()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        await database.Certificates.AddAsync(Sample.Certificate(), null, default);

        var page = await database.Certificates.ListAsync(new(null, null, null), int.MaxValue, int.MaxValue, default);

        Assert.Equal(1, page.TotalSize);
        Assert.Empty(page.Items);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, 10)]
    public async Task A_page_that_cannot_be_is_refused(int pageNumber, int pageSize)
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await database.Certificates.ListAsync(new(null, null, null), pageNumber, pageSize, default)
        );
    }

    [Theory]
    [InlineData("example", "CN=Example.com,O=100%_Sure")]
    [InlineData("EXAMPLE", "CN=Example.com,O=100%_Sure")]
    [InlineData("100%_S", "CN=Example.com,O=100%_Sure")]
    [InlineData("%", "CN=Example.com,O=100%_Sure")]
    [InlineData("_", "CN=Example.com,O=100%_Sure")]
    [InlineData("back\\sl", "CN=back\\slash 'quote'")]
    [InlineData("'QUOTE'", "CN=back\\slash 'quote'")]
    [InlineData("Ä", "CN=Ähren")]
    [InlineData("ähren")]
    [InlineData("ÄHREN", "CN=Ähren")]
    [InlineData("e_ample")]
    [InlineData("\0")]
    [InlineData("Exam\0ple")]
    [InlineData("ex%com")]
    [InlineData("*")]
    [InlineData("example.com,O=101")]
    [InlineData("Issuing CA")]
    [InlineData("", "CN=Example.com,O=100%_Sure", "CN=back\\slash 'quote'", "CN=Ähren")]
    public async Task A_subject_is_listed_when_it_contains_the_text(string text, params string[] expected)
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        string[] subjects = ["CN=Example.com,O=100%_Sure", "CN=back\\slash 'quote'", "CN=Ähren"];
        foreach (var (index, subject) in subjects.Index())
        {
            var row = Sample.Certificate(subject: subject) with { CreatedAt = Sample.Time.AddSeconds(-index) };
            await database.Certificates.AddAsync(row, null, default);
        }

        var page = await database.Certificates.ListAsync(new(text, null, null), 1, 10, default);

        Assert.Equal(expected, page.Items.Select(item => item.Certificate.Subject), StringComparer.Ordinal);
        Assert.Equal(expected.Length, page.TotalSize);
    }

    [Fact]
    public async Task A_text_longer_than_any_pattern_may_be_finds_nothing()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        await Sample.AddWithTwoUploadsAsync(database.Certificates);
        var text = new string('a', 300_000);

        var page = await database.Certificates.ListAsync(new(text, text, text), 1, 10, default);

        Assert.Equal(0, page.TotalSize);
    }

    [Fact]
    public async Task The_issuer_is_that_of_the_current_upload()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = Sample.Certificate() with { CurrentUpload = 1 };
        await database.Certificates.AddAsync(row, Sample.Upload(row.CertificateId, 1, "CN=Old CA"), default);
        await database.Certificates.UpdateAsync(
            row with
            {
                CurrentUpload = 2,
            },
            Sample.Upload(row.CertificateId, 2, "CN=New CA"),
            default
        );
        await database.Certificates.AddAsync(Sample.Certificate(), null, default);

        Assert.Equal(1, (await ListAsync("new ca")).TotalSize);
        Assert.Equal(1, (await ListAsync("")).TotalSize);
        Assert.Equal(0, (await ListAsync("old ca")).TotalSize);
        Assert.Equal("CN=New CA", Assert.Single((await ListAsync("NEW")).Items).Current!.Issuer);

        async Task<CertificatePage> ListAsync(string issuer) =>
            await database.Certificates.ListAsync(new(null, issuer, null), 1, 10, default);
    }

    [Fact]
    public async Task Criteria_are_combined()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        foreach (var status in (string[])["PENDING", "ACTIVE", "INACTIVE", "REVOKED"])
        {
            foreach (var subject in (string[])["CN=one", "CN=two"])
            {
                var row = Sample.Certificate(status: status, subject: subject) with { CurrentUpload = 1 };
                await database.Certificates.AddAsync(row, Sample.Upload(row.CertificateId, 1), default);
            }
        }

        Assert.Equal(8, await CountAsync(new(null, null, null)));
        Assert.Equal(2, await CountAsync(new(null, null, "ACTIVE")));
        Assert.Equal(4, await CountAsync(new("two", null, null)));
        Assert.Equal(1, await CountAsync(new("two", "issuing", "REVOKED")));
        Assert.Equal(0, await CountAsync(new("two", "other", "REVOKED")));
        Assert.Equal(0, await CountAsync(new(null, null, "active")));
        Assert.Equal(0, await CountAsync(new(null, null, "")));

        async Task<int> CountAsync(CertificateFilter filter)
        {
            var page = await database.Certificates.ListAsync(filter, 1, 10, default);
            Assert.Equal(page.TotalSize, page.Items.Count);
            return page.TotalSize;
        }
    }
}
