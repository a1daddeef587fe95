using System.Data.Common;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Certificates;

/// <summary>Rows of the table certificates, to and from their columns; a row that was read has passed its HMAC.</summary>
internal static class CertificateTable
{
    public const string Name = "certificates";

    public const string Columns = """
        c.certificate_id, c.revision, c.status, c.key_spec, c.exportable_private_key, c.current_upload, c.upload_count,
        c.created_at, c.updated_at, c.public_key_sha256, c.subject, c.subject_alternative_names, c.tags, c.csr,
        c.public_key, c.sealed_private_key, c.encryption_sha256, c.mac_key_id, c.mac
        """;

    public const int ColumnCount = 19;

    public const string Find = $"""
        SELECT {Columns} FROM certificates AS c WHERE c.certificate_id = @certificate_id
        """;

    public const string Insert = """
        INSERT INTO certificates (
            certificate_id, revision, status, key_spec, exportable_private_key, current_upload, upload_count,
            created_at, updated_at, public_key_sha256, subject, subject_alternative_names, tags, csr,
            public_key, sealed_private_key, encryption_sha256, mac_key_id, mac)
        VALUES (
            @certificate_id, @revision, @status, @key_spec, @exportable_private_key, @current_upload, @upload_count,
            @created_at, @updated_at, @public_key_sha256, @subject, @subject_alternative_names, @tags, @csr,
            @public_key, @sealed_private_key, @encryption_sha256, @mac_key_id, @mac)
        """;

    /// <summary>Changes no row when the revision has moved on.</summary>
    public const string Update = """
        UPDATE certificates
        SET revision = @revision, status = @status, key_spec = @key_spec,
            exportable_private_key = @exportable_private_key, current_upload = @current_upload,
            upload_count = @upload_count, created_at = @created_at, updated_at = @updated_at,
            public_key_sha256 = @public_key_sha256, subject = @subject,
            subject_alternative_names = @subject_alternative_names, tags = @tags, csr = @csr,
            public_key = @public_key, sealed_private_key = @sealed_private_key,
            encryption_sha256 = @encryption_sha256, mac_key_id = @mac_key_id, mac = @mac
        WHERE certificate_id = @certificate_id AND revision = @revision - 1
        """;

    /// <param name="UploadCount">How long the history is; kept by the store, under the row's HMAC.</param>
    /// <param name="Encryption">
    /// Which encryption certificate belongs to it, as <see cref="EncryptionBinding"/> has it, null when none does; kept
    /// likewise.
    /// </param>
    internal sealed record Stored(CertificateRow Certificate, long UploadCount, byte[]? Encryption);

    public static Stored Read(DbDataReader reader, IRowAuthenticator authenticator)
    {
        var row = new RowReader(reader, 0, Name, authenticator);
        var certificateId = row.Text();
        var revision = row.Integer();
        var status = row.Text();
        var keySpec = row.Text();
        var exportablePrivateKey = row.Integer();
        var currentUpload = row.NullableInteger();
        var uploadCount = row.Integer();
        var createdAt = row.Integer();
        var updatedAt = row.Integer();
        var publicKeySha256 = row.Blob();
        var subject = row.Text();
        var subjectAlternativeNames = row.Text();
        var tags = row.Text();
        var csr = row.Text();
        var publicKey = row.Blob();
        var sealedPrivateKey = row.Blob();
        var encryption = row.AddedBlob("encryption_sha256");
        row.Check(certificateId);
        return new(
            new(
                certificateId,
                status,
                keySpec,
                subject,
                JsonColumn.ToTexts(subjectAlternativeNames),
                csr,
                exportablePrivateKey != 0,
                sealedPrivateKey,
                publicKey,
                publicKeySha256,
                JsonColumn.ToPairs(tags),
                currentUpload,
                DateTimeOffset.FromUnixTimeMilliseconds(createdAt),
                DateTimeOffset.FromUnixTimeMilliseconds(updatedAt),
                revision
            ),
            uploadCount,
            encryption
        );
    }

    public static SqlValue[] Write(Stored stored, IRowAuthenticator authenticator)
    {
        var certificate = stored.Certificate;
        var row = new RowWriter(Name, authenticator);
        row.Text("@certificate_id", certificate.CertificateId);
        row.Integer("@revision", certificate.Revision);
        row.Text("@status", certificate.Status);
        row.Text("@key_spec", certificate.KeySpec);
        row.Integer("@exportable_private_key", certificate.ExportablePrivateKey ? 1 : 0);
        row.Integer("@current_upload", certificate.CurrentUpload);
        row.Integer("@upload_count", stored.UploadCount);
        row.Integer("@created_at", certificate.CreatedAt.ToUnixTimeMilliseconds());
        row.Integer("@updated_at", certificate.UpdatedAt.ToUnixTimeMilliseconds());
        row.Blob("@public_key_sha256", certificate.PublicKeySha256);
        row.Text("@subject", certificate.Subject);
        row.Text("@subject_alternative_names", JsonColumn.FromTexts(certificate.SubjectAlternativeNames));
        row.Text("@tags", JsonColumn.FromPairs(certificate.Tags));
        row.Text("@csr", certificate.Csr);
        row.Blob("@public_key", certificate.PublicKey);
        row.Blob("@sealed_private_key", certificate.SealedPrivateKey);
        row.AddedBlob("encryption_sha256", stored.Encryption);
        return row.Finish();
    }
}
