using System.Globalization;
using Keyhold.Storage;
using Keyhold.Storage.Accounts;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Tests.Storage;

/// <summary>
/// Walks over every column of every table under HMAC, changes it in the file, and looks at every way to load the row.
/// A new column or table comes under the walk by itself; a new way to load a row is to be added below.
/// </summary>
public abstract class RowTamperingTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : RowTamperingTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : RowTamperingTests(DatabaseKind.Postgres);

    // What is read before the key ring is open: bound by the seals instead.
    private static readonly string[] TablesWithoutHmac =
    [
        // Its line carries a signature of the audit key.
        "audit_checkpoints",
        "installation",
        "key_ring",
        // Has no content.
        "key_rotation",
        "keyhold_schema",
        // Of a request that was accepted, its hash.
        "replayed_requests",
        // Read before any key is there; parameters carry a sum of their own.
        "root_keys",
        "schemaversions",
    ];

    private delegate Task Road(TemporaryDatabase database);

    private static readonly Dictionary<string, Road> RoadsToCertificates = new(StringComparer.Ordinal)
    {
        ["Find"] = async d => await d.Certificates.FindAsync(CertificateId(d), default),
        ["FindWithCurrent"] = async d => await d.Certificates.FindWithCurrentAsync(CertificateId(d), default),
        ["ListUploads"] = async d => await d.Certificates.ListUploadsAsync(CertificateId(d), default),
        ["FindByPublicKey"] = async d => await d.Certificates.FindByPublicKeyAsync(PublicKeySha256(d), default),
        ["List"] = async d => await d.Certificates.ListAsync(new(null, null, null), 1, 10, default),
        ["List by status"] = async d => await d.Certificates.ListAsync(new(null, null, Status(d)), 1, 10, default),
        ["List by subject"] = async d => await d.Certificates.ListAsync(new("example", null, null), 1, 10, default),
        ["FindPair"] = async d => await d.EncryptionCertificates.FindPairAsync(CertificateId(d), default),
        ["Put"] = async d =>
            await d.EncryptionCertificates.PutAsync(
                Sample.Certificate(CertificateId(d)) with
                {
                    Revision = 4,
                },
                Sample.Encryption(CertificateId(d), "next"),
                default
            ),
        ["Update"] = async d =>
            await d.Certificates.UpdateAsync(Sample.Certificate(CertificateId(d)) with { Revision = 4 }, null, default),
    };

    private static readonly Dictionary<string, Road> RoadsToTheCurrentUpload = new(StringComparer.Ordinal)
    {
        ["FindWithCurrent"] = RoadsToCertificates["FindWithCurrent"],
        ["FindPair"] = RoadsToCertificates["FindPair"],
        ["List"] = RoadsToCertificates["List"],
        ["List by subject"] = RoadsToCertificates["List by subject"],
    };

    private static readonly Dictionary<string, Road> RoadsToTheHistory = new(StringComparer.Ordinal)
    {
        ["ListUploads"] = RoadsToCertificates["ListUploads"],
        ["Update with a new upload"] = async d =>
            await d.Certificates.UpdateAsync(
                Sample.Certificate(CertificateId(d)) with
                {
                    Revision = 4,
                },
                Sample.Upload(CertificateId(d), 3),
                default
            ),
    };

    private static readonly Dictionary<string, Road> RoadsToTheEncryptionCertificate = new(StringComparer.Ordinal)
    {
        ["FindPair"] = RoadsToCertificates["FindPair"],
        ["Put"] = RoadsToCertificates["Put"],
    };

    private static readonly Dictionary<string, Road> RoadsToAccessKeys = new(StringComparer.Ordinal)
    {
        ["Find"] = async d => await d.AccessKeys.FindAsync(AccessKeyId(d), default),
        ["List"] = async d => await d.AccessKeys.ListAsync(default),
        ["UpdateStatus"] = async d => await d.AccessKeys.UpdateStatusAsync(AccessKeyId(d), "Inactive", default),
    };

    private static readonly Dictionary<string, Road> RoadsToAccessKeyUses = new(StringComparer.Ordinal)
    {
        ["Find"] = async d =>
            await d.AccessKeyUses.FindAsync(Name(d, "SELECT access_key_id FROM access_key_uses"), default),
    };

    private static readonly Dictionary<string, Road> RoadsToExpiryNotices = new(StringComparer.Ordinal)
    {
        ["Find"] = async d => await d.ExpiryNotices.FindAsync(NoticeOf(d), NoticedSha256(d), default),
        ["TryClaim"] = async d =>
            await d.ExpiryNotices.TryClaimAsync(NoticeOf(d), NoticedSha256(d), 1, Sample.Time, default),
    };

    private static readonly Dictionary<string, Road> RoadsToUsers = new(StringComparer.Ordinal)
    {
        ["Find"] = async d => await d.Users.FindAsync(UserName(d), default),
        ["List"] = async d => await d.Users.ListAsync("", 10, default),
        ["ListWithPolicy"] = async d => await d.Users.ListWithPolicyAsync("Custom", "shop", default),
        ["Change"] = async d => await d.Users.ChangeAsync(UserName(d), "none", (user, _) => user, default),
        ["Delete"] = async d => await d.Users.DeleteAsync(UserName(d), "nobody", default),
        ["DeletePolicy"] = async d => await d.Policies.DeleteAsync("Custom", "shop", default),
        ["AddToUser"] = async d =>
            await d.AccessKeys.AddToUserAsync(Sample.AccessKey("new"), UserName(d), _ => { }, default),
    };

    private static readonly Dictionary<string, Road> RoadsToPolicies = new(StringComparer.Ordinal)
    {
        ["Find"] = async d => await d.Policies.FindAsync(PolicyName(d), default),
        ["List"] = async d => await d.Policies.ListAsync("", 10, default),
        ["Change"] = async d => await d.Policies.ChangeAsync(PolicyName(d), policy => policy, default),
        ["Delete"] = async d => await d.Policies.DeleteAsync("Custom", PolicyName(d), default),
        ["Attach"] = async d => await d.Users.ChangeAsync("alice", PolicyName(d), (user, _) => user, default),
    };

    [Fact]
    public async Task Every_table_that_decides_anything_has_an_hmac()
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);

        Assert.Equal(
            [
                "access_key_uses",
                "access_keys",
                "audit_intents",
                "audit_keys",
                "certificate_uploads",
                "certificates",
                "encryption_certificates",
                "expiry_notices",
                "policies",
                "users",
            ],
            TablesWithHmac(database)
        );
        Assert.Equal(
            TablesWithoutHmac,
            database
                .Tables()
                .Except(TablesWithHmac(database), StringComparer.Ordinal)
                .Select(table => table.ToLowerInvariant())
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_change_of_any_column_of_a_certificate_is_noticed_on_every_road() =>
        await WalkAsync("certificates", "1 = 1", RoadsToCertificates);

    [Fact]
    public async Task A_change_of_any_column_of_the_current_upload_is_noticed_on_every_road() =>
        await WalkAsync(
            "certificate_uploads",
            "upload_id = 2",
            RoadsToTheCurrentUpload.Concat(RoadsToTheHistory).ToDictionary(StringComparer.Ordinal)
        );

    [Fact]
    public async Task A_change_of_any_column_of_an_older_upload_is_noticed_with_the_history() =>
        await WalkAsync("certificate_uploads", "upload_id = 1", RoadsToTheHistory);

    [Fact]
    public async Task A_change_of_any_column_of_an_encryption_certificate_is_noticed_on_every_road() =>
        await WalkAsync("encryption_certificates", "1 = 1", RoadsToTheEncryptionCertificate);

    [Fact]
    public async Task An_encryption_certificate_taken_away_is_noticed()
    {
        await using var database = await PrepareAsync();
        database.Raw("DELETE FROM encryption_certificates");

        await AssertNoticedAsync(database, "encryption certificate deleted", RoadsToTheEncryptionCertificate);
    }

    [Fact]
    public async Task An_encryption_certificate_that_its_certificate_does_not_name_any_more_is_noticed()
    {
        await using var database = await PrepareAsync();
        database.Raw("UPDATE certificates SET encryption_sha256 = NULL");

        await AssertNoticedAsync(database, "encryption_sha256 := NULL", RoadsToCertificates);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_earlier_encryption_certificate_put_back_is_noticed_and_an_earlier_row_of_the_same(bool isSame)
    {
        await using var database = await PrepareAsync();
        var id = CertificateId(database);
        database.Raw("CREATE TABLE kept AS SELECT * FROM encryption_certificates");
        var row = (await database.Certificates.FindAsync(id, default))!;
        var next = isSame
            ? (await database.EncryptionCertificates.FindPairAsync(id, default))!.Encryption! with
            {
                CertificateChain = "another chain",
            }
            : Sample.Encryption(id, "next");
        Assert.True(await database.EncryptionCertificates.PutAsync(row, next, default));
        database.Raw("DELETE FROM encryption_certificates");
        database.Raw("INSERT INTO encryption_certificates SELECT * FROM kept");

        var noticed = await Assert.ThrowsAsync<RowTamperedException>(async () =>
            await database.EncryptionCertificates.FindPairAsync(id, default)
        );

        Assert.Equal(("encryption_certificates", id), (noticed.Table, noticed.Id));
    }

    [Fact]
    public async Task A_change_of_any_column_of_an_access_key_is_noticed_on_every_road() =>
        await WalkAsync("access_keys", "1 = 1", RoadsToAccessKeys);

    [Fact]
    public async Task A_change_of_any_column_of_a_user_is_noticed_on_every_road() =>
        await WalkAsync("users", "1 = 1", RoadsToUsers);

    [Fact]
    public async Task A_change_of_any_column_of_a_policy_is_noticed_on_every_road() =>
        await WalkAsync("policies", "1 = 1", RoadsToPolicies);

    [Fact]
    public async Task A_change_of_any_column_of_a_last_use_is_noticed() =>
        await WalkAsync("access_key_uses", "1 = 1", RoadsToAccessKeyUses);

    [Fact]
    public async Task A_change_of_any_column_of_a_notice_of_expiry_is_noticed_on_every_road() =>
        await WalkAsync("expiry_notices", "1 = 1", RoadsToExpiryNotices);

    [Fact]
    public async Task A_damaged_certificate_is_named_and_the_others_are_listed_all_the_same()
    {
        await using var database = await PrepareAsync();
        var good = await Sample.AddWithTwoUploadsAsync(database.Certificates);
        database.Raw("UPDATE certificates SET subject = 'x' WHERE certificate_id <> @0", good.CertificateId);

        var page = await database.EncryptionCertificates.ListPairsAsync("", 10, default);

        Assert.Equal([good.CertificateId], page.Pairs.Select(pair => pair.Certificate.CertificateId));
        Assert.Equal("certificates", Assert.Single(page.Damaged).Table);
        Assert.Null(page.Last);
    }

    [Fact]
    public async Task A_policy_taken_from_a_user_or_given_to_one_is_noticed()
    {
        await using var database = await PrepareAsync();
        database.Raw("UPDATE users SET attachments = '[]'");
        await AssertNoticedAsync(database, "attachments := []", RoadsToUsers);
    }

    [Fact]
    public async Task An_issuer_changed_to_what_is_searched_for_is_noticed()
    {
        await using var database = await PrepareAsync();
        database.Raw("UPDATE certificate_uploads SET issuer = 'CN=Wanted'");

        await Assert.ThrowsAsync<RowTamperedException>(async () =>
            await database.Certificates.ListAsync(new(null, "wanted", null), 1, 10, default)
        );
    }

    [Fact]
    public async Task A_current_upload_moved_to_another_entry_of_the_same_history_is_noticed()
    {
        await using var database = await PrepareAsync();
        database.Raw("UPDATE certificates SET current_upload = 1");

        await AssertNoticedAsync(database, "current_upload := 1", RoadsToCertificates);
    }

    [Fact]
    public async Task A_current_upload_moved_to_nothing_is_noticed()
    {
        await using var database = await PrepareAsync();
        database.Raw("UPDATE certificates SET current_upload = NULL");

        await AssertNoticedAsync(database, "current_upload := NULL", RoadsToCertificates);
    }

    [Fact]
    public async Task Macs_swapped_between_two_certificates_are_noticed()
    {
        await using var database = await PrepareAsync();
        await Sample.AddWithTwoUploadsAsync(database.Certificates);
        var ids = database.RawTexts("SELECT certificate_id FROM certificates ORDER BY certificate_id");
        var macs = ids.ConvertAll(id =>
            database.RawValue("SELECT mac FROM certificates WHERE certificate_id = @0", id)
        );
        database.Raw("UPDATE certificates SET mac = @1 WHERE certificate_id = @0", ids[0], macs[1]);
        database.Raw("UPDATE certificates SET mac = @1 WHERE certificate_id = @0", ids[1], macs[0]);

        await AssertNoticedAsync(database, "macs swapped", RoadsToCertificates);
    }

    [Fact]
    public async Task A_private_key_and_all_else_copied_from_one_certificate_to_another_is_noticed()
    {
        await using var database = await PrepareAsync();
        var other = await Sample.AddWithTwoUploadsAsync(database.Certificates);
        database.Raw(
            """
            UPDATE certificates SET (sealed_private_key, public_key, public_key_sha256, mac) =
                (SELECT sealed_private_key, public_key, public_key_sha256, mac FROM certificates WHERE certificate_id = @0)
            WHERE certificate_id <> @0
            """,
            other.CertificateId
        );

        await Assert.ThrowsAsync<RowTamperedException>(async () =>
            await database.Certificates.ListAsync(new(null, null, null), 1, 10, default)
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_history_entry_taken_away_is_noticed_with_the_history(int uploadId)
    {
        await using var database = await PrepareAsync();
        database.Raw("DELETE FROM certificate_uploads WHERE upload_id = @0", uploadId);

        await AssertNoticedAsync(database, $"upload {uploadId} deleted", RoadsToTheHistory);
    }

    [Fact]
    public async Task A_current_upload_taken_away_is_noticed_wherever_it_would_be_shown()
    {
        await using var database = await PrepareAsync();
        database.Raw("DELETE FROM certificate_uploads WHERE upload_id = 2");

        await AssertNoticedAsync(database, "current upload deleted", RoadsToTheCurrentUpload);
    }

    [Fact]
    public async Task A_row_under_a_key_that_the_ring_does_not_have_is_named_as_tampered()
    {
        await using var database = await PrepareAsync();
        database.Raw("UPDATE access_keys SET mac_key_id = 99");

        var noticed = await Assert.ThrowsAsync<RowTamperedException>(async () =>
            await database.AccessKeys.ListAsync(default)
        );

        Assert.Contains("has no key 99", noticed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exception_names_table_and_row()
    {
        await using var database = await PrepareAsync();
        database.Raw("UPDATE certificate_uploads SET serial = '00' WHERE upload_id = 2");

        var noticed = await Assert.ThrowsAsync<RowTamperedException>(async () =>
            await database.Certificates.ListUploadsAsync(CertificateId(database), default)
        );

        Assert.Equal(("certificate_uploads", $"{CertificateId(database)}/2"), (noticed.Table, noticed.Id));
        Assert.Contains(noticed.Id, noticed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_written_under_an_older_key_is_still_good_and_gets_the_current_key_when_written()
    {
        await using var database = await PrepareAsync();
        var store = new AccessKeyStore(database.Database, new TestRowAuthenticator(currentKeyId: 2));

        Assert.NotNull(await store.FindAsync("LTAIexample", default));
        Assert.Equal(1L, database.RawValue("SELECT mac_key_id FROM access_keys"));

        Assert.True(await store.UpdateStatusAsync("LTAIexample", "Inactive", default));
        Assert.Equal(2L, database.RawValue("SELECT mac_key_id FROM access_keys"));
        Assert.Equal("Inactive", (await store.FindAsync("LTAIexample", default))!.Status);
    }

    [Fact]
    public async Task A_tampered_row_can_be_deleted()
    {
        await using var database = await PrepareAsync();
        database.Raw("UPDATE certificates SET status = 'INACTIVE'");
        database.Raw("UPDATE access_keys SET status = 'Inactive'");

        Assert.True(await database.Certificates.DeleteAsync(CertificateId(database), default));
        Assert.True(await database.AccessKeys.DeleteAsync("LTAIexample", default));
    }

    private async Task WalkAsync(string table, string row, Dictionary<string, Road> roads)
    {
        await using var database = await PrepareAsync();
        var place = database.PlaceOf(table, row);
        var columns = database.Columns(table);
        Assert.True(columns.Count >= 6);
        foreach (var column in columns)
        {
            var original = database.Column(table, column, place);
            foreach (var changed in Changes(original))
            {
                place = database.Change(table, column, place, changed);
                await AssertNoticedAsync(database, $"{table}.{column} := {changed}", roads);
                place = database.Change(table, column, place, original);
            }
        }

        // The walk itself must not be what was noticed.
        foreach (var road in RoadsToCertificates.Keys.Except(["Update", "Put"], StringComparer.Ordinal))
        {
            await RoadsToCertificates[road](database);
        }

        await RoadsToAccessKeys["UpdateStatus"](database);
    }

    private static async Task AssertNoticedAsync(
        TemporaryDatabase database,
        string change,
        Dictionary<string, Road> roads
    )
    {
        foreach (var (name, road) in roads)
        {
            var outcome = await Record.ExceptionAsync(() => road(database));
            Assert.True(
                outcome is RowTamperedException,
                $"{name} after {change}: {outcome?.ToString() ?? "nothing thrown"}"
            );
        }
    }

    private static object?[] Changes(object? original) =>
        original switch
        {
            string text => [text + "x", "x" + text],
            long number => [number + 10, -number - 1],
            byte[] bytes => [(byte[])[(byte)(bytes[0] ^ 1), .. bytes[1..]], bytes[..^1]],
            _ => throw new InvalidOperationException("The sample rows leave a column empty."),
        };

    private async Task<TemporaryDatabase> PrepareAsync()
    {
        var database = await TemporaryDatabase.CreateAsync(kind);
        await Sample.AddPairAsync(database);
        await database.AccessKeys.AddAsync(Sample.AccessKey(), default);
        await database.AccessKeyUses.PutAsync([Sample.Use()], default);
        await database.Users.AddAsync(Sample.User(), maximum: 10, default);
        await database.Policies.AddAsync(Sample.Policy(), maximum: 10, default);
        await database.ExpiryNotices.TryClaimAsync(CertificateId(database), [1, 2, 3], 30, Sample.Time, default);
        return database;
    }

    private static List<string> TablesWithHmac(TemporaryDatabase database) =>
        [.. database.Tables().Where(table => database.Columns(table).Contains("mac")).Order(StringComparer.Ordinal)];

    // What the rows are called after the change: what an intruder would ask for.
    private static string CertificateId(TemporaryDatabase database) =>
        (string)database.RawValue("SELECT certificate_id FROM certificates")!;

    private static string NoticeOf(TemporaryDatabase database) =>
        Name(database, "SELECT certificate_id FROM expiry_notices");

    private static byte[] NoticedSha256(TemporaryDatabase database) =>
        (byte[])database.RawValue("SELECT sha256 FROM expiry_notices")!;

    private static string Status(TemporaryDatabase database) =>
        (string)database.RawValue("SELECT status FROM certificates")!;

    private static byte[] PublicKeySha256(TemporaryDatabase database) =>
        (byte[])database.RawValue("SELECT public_key_sha256 FROM certificates")!;

    private static string AccessKeyId(TemporaryDatabase database) =>
        Name(database, "SELECT access_key_id FROM access_keys");

    private static string UserName(TemporaryDatabase database) => Name(database, "SELECT user_name FROM users");

    private static string PolicyName(TemporaryDatabase database) => Name(database, "SELECT policy_name FROM policies");

    private static string Name(TemporaryDatabase database, string sql) =>
        Convert.ToString(database.RawValue(sql), CultureInfo.InvariantCulture)!;
}
