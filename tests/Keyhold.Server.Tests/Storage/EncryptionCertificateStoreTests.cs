using Keyhold.Storage;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Tests.Storage;

public abstract class EncryptionCertificateStoreTests(DatabaseKind kind) : IAsyncLifetime
{
    public sealed class OnSqlite() : EncryptionCertificateStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : EncryptionCertificateStoreTests(DatabaseKind.Postgres);

    private TemporaryDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TemporaryDatabase.CreateAsync(kind);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await database.DisposeAsync();
    }

    [Fact]
    public async Task What_was_put_is_found_with_its_certificate_after_a_restart()
    {
        var row = await Sample.AddPairAsync(database);
        await database.ReopenAsync();

        var pair = await FindAsync(row.CertificateId);

        Assert.Equal(4, pair.Certificate.Revision);
        Assert.Equal(2, pair.Current!.UploadId);
        Assert.Equivalent(Sample.Encryption(row.CertificateId), pair.Encryption, strict: true);
    }

    [Fact]
    public async Task A_certificate_may_have_none_and_an_unknown_one_is_nothing()
    {
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);

        Assert.Null((await FindAsync(row.CertificateId)).Encryption);
        Assert.Null(await database.EncryptionCertificates.FindPairAsync(Sample.Id(), default));
    }

    [Fact]
    public async Task A_later_one_replaces_it_and_counts_its_revision_on()
    {
        var row = await Sample.AddPairAsync(database);

        Assert.True(await PutAsync(row, Sample.Encryption(row.CertificateId, "later")));

        var pair = await FindAsync(row.CertificateId);
        Assert.Equal(Sample.Encryption(row.CertificateId, "later").Sha256, pair.Encryption!.Sha256);
        Assert.Equal((5, 2), (pair.Certificate.Revision, pair.Encryption.Revision));
        Assert.Equal(1L, database.RawValue("SELECT COUNT(*) FROM encryption_certificates"));
    }

    [Fact]
    public async Task Whoever_read_an_older_revision_changes_nothing()
    {
        var row = await Sample.AddPairAsync(database);

        Assert.False(await PutAsync(row with { Revision = 3 }, Sample.Encryption(row.CertificateId, "late")));
        Assert.False(await PutAsync(Sample.Certificate(), null));

        var pair = await FindAsync(row.CertificateId);
        Assert.Equal((4, 1), (pair.Certificate.Revision, pair.Encryption!.Revision));
    }

    [Fact]
    public async Task A_change_of_the_certificate_keeps_it()
    {
        var row = await Sample.AddPairAsync(database);

        Assert.True(await database.Certificates.UpdateAsync(row with { Status = "INACTIVE" }, null, default));
        Assert.True(
            await database.Certificates.UpdateAsync(
                row with
                {
                    Revision = 5,
                    CurrentUpload = 3,
                },
                Sample.Upload(row.CertificateId, 3),
                default
            )
        );

        var pair = await FindAsync(row.CertificateId);
        Assert.NotNull(pair.Encryption);
        Assert.Equal(3, pair.Current!.UploadId);
    }

    [Fact]
    public async Task Putting_it_keeps_the_upload_in_force()
    {
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);
        Assert.True(await PutAsync(row with { CurrentUpload = null }, Sample.Encryption(row.CertificateId)));
        Assert.Equal(2, (await FindAsync(row.CertificateId)).Current!.UploadId);
    }

    [Fact]
    public async Task It_is_deleted_with_its_certificate()
    {
        var row = await Sample.AddPairAsync(database);
        var other = await Sample.AddPairAsync(database);

        Assert.True(await database.Certificates.DeleteAsync(row.CertificateId, default));

        Assert.Equal([other.CertificateId], database.RawTexts("SELECT certificate_id FROM encryption_certificates"));
    }

    [Fact]
    public async Task One_of_another_certificate_is_refused()
    {
        var row = await Sample.AddPairAsync(database);
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(row, Sample.Encryption(Sample.Id())).AsTask());
    }

    [Fact]
    public async Task A_stray_row_that_no_certificate_names_is_noticed()
    {
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);
        var pair = await Sample.AddPairAsync(database);
        database.Raw(
            "UPDATE encryption_certificates SET certificate_id = @0 WHERE certificate_id = @1",
            row.CertificateId,
            pair.CertificateId
        );

        await Assert.ThrowsAsync<RowTamperedException>(() => FindAsync(row.CertificateId));
    }

    [Fact]
    public async Task An_older_row_of_the_certificate_put_back_alone_is_noticed()
    {
        var row = await Sample.AddWithTwoUploadsAsync(database.Certificates);
        database.Raw("CREATE TABLE kept AS SELECT * FROM certificates WHERE certificate_id = @0", row.CertificateId);
        Assert.True(await PutAsync((await FindAsync(row.CertificateId)).Certificate, null));
        database.Raw(
            """
            UPDATE certificates
            SET (revision, encryption_sha256, updated_at, mac_key_id, mac)
                = (SELECT revision, encryption_sha256, updated_at, mac_key_id, mac FROM kept)
            WHERE certificate_id = @0
            """,
            row.CertificateId
        );

        await Assert.ThrowsAsync<RowTamperedException>(() => FindAsync(row.CertificateId));
    }

    private ValueTask<bool> PutAsync(CertificateRow row, EncryptionCertificateRow? encryption) =>
        database.EncryptionCertificates.PutAsync(row, encryption ?? Sample.Encryption(row.CertificateId), default);

    private async Task<CertificatePair> FindAsync(string certificateId)
    {
        var pair = await database.EncryptionCertificates.FindPairAsync(certificateId, default);
        Assert.NotNull(pair);
        return pair;
    }
}
