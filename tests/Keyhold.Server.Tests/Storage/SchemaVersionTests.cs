using Keyhold.Storage;
using Keyhold.Storage.Certificates;
using Keyhold.Storage.Rows;
using Keyhold.Storage.Sqlite;

namespace Keyhold.Server.Tests.Storage;

/// <summary>Databases that earlier versions left behind.</summary>
public sealed class SchemaVersionTests : IDisposable
{
    private readonly string folder = TemporaryDatabase.CreateFolder();

    private string Database => Path.Combine(folder, "keyhold.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Certificates_of_version_1_are_still_under_their_HMAC_after_the_migration()
    {
        var row = Sample.Certificate();
        MakeVersion1(row);

        var result = SqliteDatabase.Migrate(Database);
        await using var database = await SqliteDatabase.OpenAsync(Database, migrate: false, default);
        var found = await new CertificateStore(database, new TestRowAuthenticator()).FindAsync(
            row.CertificateId,
            default
        );

        Assert.Equal((1, Schema.Version), (result.From, result.To));
        Assert.Equivalent(row, found, strict: true);
    }

    [Fact]
    public void A_program_of_version_1_would_encrypt_to_the_wrong_key_and_is_shut_out()
    {
        SqliteDatabase.Migrate(Database);
        Assert.Equal(
            (long)Schema.OldestProgram,
            TemporaryDatabase.RawValue(Database, "SELECT oldest_program FROM keyhold_schema")
        );
    }

    private void MakeVersion1(CertificateRow row)
    {
        const string Script = "0001-foundation.sql";
        var assembly = typeof(Schema).Assembly;
        var resource = assembly
            .GetManifestResourceNames()
            .Single(name => name.EndsWith($".Sqlite.{Script}", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        TemporaryDatabase.Raw(Database, reader.ReadToEnd());

        // The journal, as DbUp keeps it.
        TemporaryDatabase.Raw(
            Database,
            "CREATE TABLE SchemaVersions (SchemaVersionID INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
                + "ScriptName TEXT NOT NULL, Applied DATETIME NOT NULL)"
        );
        TemporaryDatabase.Raw(
            Database,
            "INSERT INTO SchemaVersions (ScriptName, Applied) VALUES (@0, '2026-11-24')",
            Script
        );
        Insert(row);
    }

    /// <summary>The columns of version 1 and their order, written out: what was stored then never changes.</summary>
    private void Insert(CertificateRow row)
    {
        var writer = new RowWriter("certificates", new TestRowAuthenticator());
        writer.Text("certificate_id", row.CertificateId);
        writer.Integer("revision", row.Revision);
        writer.Text("status", row.Status);
        writer.Text("key_spec", row.KeySpec);
        writer.Integer("exportable_private_key", row.ExportablePrivateKey ? 1 : 0);
        writer.Integer("current_upload", row.CurrentUpload);
        writer.Integer("upload_count", 0);
        writer.Integer("created_at", row.CreatedAt.ToUnixTimeMilliseconds());
        writer.Integer("updated_at", row.UpdatedAt.ToUnixTimeMilliseconds());
        writer.Blob("public_key_sha256", row.PublicKeySha256);
        writer.Text("subject", row.Subject);
        writer.Text("subject_alternative_names", JsonColumn.FromTexts(row.SubjectAlternativeNames));
        writer.Text("tags", JsonColumn.FromPairs(row.Tags));
        writer.Text("csr", row.Csr);
        writer.Blob("public_key", row.PublicKey);
        writer.Blob("sealed_private_key", row.SealedPrivateKey);
        var values = writer.Finish();
        var columns = string.Join(", ", values.Select(value => value.Name.TrimStart('@')));
        var places = string.Join(", ", values.Select((_, place) => $"@{place}"));
        TemporaryDatabase.Raw(
            Database,
            $"INSERT INTO certificates ({columns}) VALUES ({places})",
            [.. values.Select(value => value.Value)]
        );
    }
}
