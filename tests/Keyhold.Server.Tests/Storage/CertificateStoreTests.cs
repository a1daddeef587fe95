using CsCheck;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Tests.Storage;

public abstract class CertificateStoreTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : CertificateStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : CertificateStoreTests(DatabaseKind.Postgres);

    // SQLite texts end at NUL, and a surrogate alone has no UTF-8 form; neither reaches the store.
    private static readonly Gen<string> Text = Gen
        .Char.Where(c => c != 0 && !char.IsSurrogate(c))
        .Array[0, 30]
        .Select(characters => new string(characters));

    private static readonly Gen<DateTimeOffset> Time = Gen.Long[-62135596800000, 253402300799999]
        .Select(DateTimeOffset.FromUnixTimeMilliseconds);

    private static readonly Gen<CertificateRow> AnyCertificate = Gen.Select(
        Text.Array[6, 6],
        Text.Array[0, 4],
        Gen.Byte.Array[1, 100],
        Gen.Select(Text, Text).Array[0, 4],
        Gen.Bool,
        Time,
        (texts, names, bytes, tags, flag, time) =>
            new CertificateRow(
                Sample.Id(),
                texts[1],
                texts[2],
                texts[3],
                names,
                texts[4],
                flag,
                bytes,
                [.. bytes, 1],
                [.. bytes, 2],
                [.. tags.Select(tag => KeyValuePair.Create(tag.Item1, tag.Item2))],
                CurrentUpload: 1,
                time,
                time,
                Revision: 1
            )
    );

    private static readonly Gen<UploadRow> AnyUpload = Gen.Select(
        Text.Array[6, 6],
        Text.Array[0, 4],
        Gen.Byte.Array[0, 100],
        Text.Null(),
        Time,
        (texts, names, bytes, keyIdentifier, time) =>
            new UploadRow(
                "",
                1,
                texts[0],
                texts[1],
                texts[2],
                texts[3],
                texts[4],
                time,
                time,
                texts[5],
                names,
                keyIdentifier,
                bytes,
                names,
                time,
                Revision: 1
            )
    );

    [Fact]
    public async Task What_is_added_is_found_as_it_was()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        await Gen.Select(AnyCertificate, AnyUpload)
            .SampleAsync(
                async (certificate, upload) =>
                {
                    upload = upload with { CertificateId = certificate.CertificateId };
                    await database.Certificates.AddAsync(certificate, upload, default);
                    var found = await database.Certificates.FindWithCurrentAsync(certificate.CertificateId, default);
                    Assert.Equivalent(certificate, found!.Value.Certificate, strict: true);
                    Assert.Equivalent(upload, found.Value.Current, strict: true);
                },
                iter: 200,
                threads: 2
            );
    }

    [Fact]
    public async Task Everything_is_there_after_closing_and_opening_again()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);

        await database.ReopenAsync();

        Assert.Equivalent(row, await database.Certificates.FindAsync(row.CertificateId, default), strict: true);
        var uploads = await database.Certificates.ListUploadsAsync(row.CertificateId, default);
        Assert.Equal([1L, 2L], uploads.Select(upload => upload.UploadId));
    }

    [Fact]
    public async Task A_pending_certificate_has_no_current_upload()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = Sample.Certificate();
        await database.Certificates.AddAsync(row, current: null, default);

        var found = await database.Certificates.FindWithCurrentAsync(row.CertificateId, default);

        Assert.Equivalent(row, found!.Value.Certificate, strict: true);
        Assert.Null(found.Value.Current);
        Assert.Empty(await database.Certificates.ListUploadsAsync(row.CertificateId, default));
    }

    [Fact]
    public async Task An_unknown_certificate_is_not_found()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        await Sample.AddWithTwoUploadsAsync(database.Certificates);

        Assert.Null(await database.Certificates.FindAsync("unknown", default));
        Assert.Null(await database.Certificates.FindWithCurrentAsync("unknown", default));
        Assert.Null(await database.Certificates.FindByPublicKeyAsync([1], default));
        Assert.Empty(await database.Certificates.ListUploadsAsync("unknown", default));
        Assert.False(await database.Certificates.DeleteAsync("unknown", default));
        Assert.False(await database.Certificates.UpdateAsync(Sample.Certificate("unknown"), null, default));
    }

    [Fact]
    public async Task A_row_with_a_chain_of_a_mebibyte_is_kept()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = Sample.Certificate() with { CurrentUpload = 1 };
        var upload = Sample.Upload(row.CertificateId, 1) with
        {
            CertificateChain = string.Concat(Enumerable.Repeat("MIIBszCCAVmgAwIBAgIUO0xyu4nA5Mzl\n", 32 * 1024)),
        };
        await database.Certificates.AddAsync(row, upload, default);

        var found = await database.Certificates.FindWithCurrentAsync(row.CertificateId, default);

        Assert.Equal(upload.CertificateChain, found!.Value.Current!.CertificateChain);
    }

    [Fact]
    public async Task An_update_with_an_old_revision_changes_nothing()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);

        var updated = await database.Certificates.UpdateAsync(
            row with
            {
                Status = "REVOKED",
                CurrentUpload = 3,
                Revision = row.Revision - 1,
            },
            Sample.Upload(row.CertificateId, 3),
            default
        );

        Assert.False(updated);
        Assert.Equivalent(row, await database.Certificates.FindAsync(row.CertificateId, default), strict: true);
        Assert.Equal(2, (await database.Certificates.ListUploadsAsync(row.CertificateId, default)).Count);
    }

    [Fact]
    public async Task Of_many_updates_at_the_same_revision_one_wins()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);

        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(number =>
                    Task.Run(async () =>
                        await database.Certificates.UpdateAsync(
                            row with
                            {
                                Subject = $"CN={number}",
                                CurrentUpload = 3,
                            },
                            Sample.Upload(row.CertificateId, 3) with
                            {
                                Serial = $"{number}",
                            },
                            default
                        )
                    )
                )
        );

        var winner = Assert.Single(outcomes.Index(), outcome => outcome.Item).Index;
        var found = await database.Certificates.FindWithCurrentAsync(row.CertificateId, default);
        Assert.Equal(($"CN={winner}", $"{winner}"), (found!.Value.Certificate.Subject, found.Value.Current!.Serial));
        Assert.Equal(row.Revision + 1, found.Value.Certificate.Revision);
    }

    [Fact]
    public async Task An_upload_with_the_id_of_an_older_one_replaces_it()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);
        var replaced = Sample.Upload(row.CertificateId, 1) with { CertificateChain = "", Warnings = [] };

        Assert.True(await database.Certificates.UpdateAsync(row with { CurrentUpload = 1 }, replaced, default));

        var uploads = await database.Certificates.ListUploadsAsync(row.CertificateId, default);
        Assert.Equal(2, uploads.Count);
        Assert.Equivalent(replaced with { Revision = 2 }, uploads[0], strict: true);
    }

    [Fact]
    public async Task An_upload_is_found_by_the_digest_of_its_certificate_within_its_certificate_only()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);
        var other = await Sample.AddWithTwoUploadsAsync(database.Certificates);
        var sha256 = Sample.Upload(row.CertificateId, 1).Sha256;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(-1)]
    public async Task An_upload_that_would_leave_a_gap_in_the_history_is_refused(long uploadId)
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);

        var refusal = await Assert.ThrowsAsync<ArgumentException>(async () =>
            await database.Certificates.UpdateAsync(row, Sample.Upload(row.CertificateId, uploadId), default)
        );

        Assert.Contains("the next is 3", refusal.Message, StringComparison.Ordinal);
        Assert.Equivalent(row, await database.Certificates.FindAsync(row.CertificateId, default), strict: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_current_upload_that_does_not_exist_is_refused(long uploadId)
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);

        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await database.Certificates.UpdateAsync(row with { CurrentUpload = uploadId }, null, default)
        );
    }

    [Fact]
    public async Task An_upload_of_another_certificate_is_refused_and_nothing_kept()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);

        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await database.Certificates.UpdateAsync(row, Sample.Upload("another", 3), default)
        );

        Assert.Equivalent(row, await database.Certificates.FindAsync(row.CertificateId, default), strict: true);
        Assert.Equal(2L, database.RawValue("SELECT COUNT(*) FROM certificate_uploads"));
    }

    [Fact]
    public async Task A_new_certificate_whose_current_upload_is_not_given_is_refused()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = Sample.Certificate();

        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await database.Certificates.AddAsync(row with { CurrentUpload = 1 }, null, default)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await database.Certificates.AddAsync(row, Sample.Upload(row.CertificateId, 1), default)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await database.Certificates.AddAsync(
                row with
                {
                    CurrentUpload = 2,
                },
                Sample.Upload(row.CertificateId, 2),
                default
            )
        );
        Assert.Equal(0L, database.RawValue("SELECT COUNT(*) FROM certificates"));
    }

    [Fact]
    public async Task A_certificate_id_cannot_be_added_twice()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await database.Certificates.AddAsync(Sample.Certificate(row.CertificateId), null, default)
        );

        Assert.Equivalent(row, await database.Certificates.FindAsync(row.CertificateId, default), strict: true);
    }

    [Fact]
    public async Task Deleting_takes_the_history_along_and_leaves_others_alone()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);
        var other = await Sample.AddWithTwoUploadsAsync(database.Certificates);

        Assert.True(await database.Certificates.DeleteAsync(row.CertificateId, default));

        Assert.Null(await database.Certificates.FindAsync(row.CertificateId, default));
        Assert.Equal(2L, database.RawValue("SELECT COUNT(*) FROM certificate_uploads"));
        Assert.NotNull(await database.Certificates.FindAsync(other.CertificateId, default));
        Assert.False(await database.Certificates.DeleteAsync(row.CertificateId, default));
        Assert.False(await database.Certificates.UpdateAsync(row, null, default));
    }

    [Fact]
    public async Task A_public_key_is_found_pending_first_then_newest()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        byte[] key = [1, 2, 3];
        await AddAsync("active-newest", "ACTIVE", hours: 9);
        await AddAsync("active-older", "ACTIVE", hours: 8);
        Assert.Equal("active-newest", (await database.Certificates.FindByPublicKeyAsync(key, default))!.CertificateId);

        await AddAsync("pending-older", "PENDING", hours: 1);
        await AddAsync("pending-newer", "PENDING", hours: 2);
        Assert.Equal("pending-newer", (await database.Certificates.FindByPublicKeyAsync(key, default))!.CertificateId);

        async Task AddAsync(string id, string status, int hours) =>
            await database.Certificates.AddAsync(
                Sample.Certificate(id, status) with
                {
                    PublicKeySha256 = key,
                    CreatedAt = Sample.Time.AddHours(hours),
                },
                null,
                default
            );
    }

    [Fact]
    public async Task Times_are_kept_to_the_millisecond_in_utc()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        var row = Sample.Certificate() with
        {
            CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(8)).AddTicks(9),
        };
        await database.Certificates.AddAsync(row, null, default);

        var found = await database.Certificates.FindAsync(row.CertificateId, default);

        Assert.Equal(new DateTimeOffset(2026, 1, 1, 19, 4, 5, 678, TimeSpan.Zero), found!.CreatedAt);
        Assert.Equal(TimeSpan.Zero, found.CreatedAt.Offset);
    }
}
