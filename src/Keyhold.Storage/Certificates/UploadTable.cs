using System.Data.Common;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Certificates;

/// <summary>
/// Rows of the table certificate_uploads, to and from their columns; a row that was read has passed its HMAC.
/// </summary>
internal static class UploadTable
{
    public const string Name = "certificate_uploads";

    public const string Columns = """
        u.certificate_id, u.upload_id, u.revision, u.serial, u.not_before, u.not_after, u.signature_algorithm,
        u.subject_key_identifier, u.sha256, u.uploaded_at, u.subject, u.issuer, u.subject_alternative_names, u.warnings,
        u.certificate, u.certificate_chain, u.mac_key_id, u.mac
        """;

    /// <summary>Adds the entry, or replaces the one with the same upload id.</summary>
    public const string Upsert = """
        INSERT INTO certificate_uploads (
            certificate_id, upload_id, revision, serial, not_before, not_after, signature_algorithm,
            subject_key_identifier, sha256, uploaded_at, subject, issuer, subject_alternative_names, warnings,
            certificate, certificate_chain, mac_key_id, mac)
        VALUES (
            @certificate_id, @upload_id, @revision, @serial, @not_before, @not_after, @signature_algorithm,
            @subject_key_identifier, @sha256, @uploaded_at, @subject, @issuer, @subject_alternative_names, @warnings,
            @certificate, @certificate_chain, @mac_key_id, @mac)
        ON CONFLICT (certificate_id, upload_id) DO UPDATE
        SET revision = excluded.revision, serial = excluded.serial, not_before = excluded.not_before,
            not_after = excluded.not_after, signature_algorithm = excluded.signature_algorithm,
            subject_key_identifier = excluded.subject_key_identifier, sha256 = excluded.sha256,
            uploaded_at = excluded.uploaded_at, subject = excluded.subject, issuer = excluded.issuer,
            subject_alternative_names = excluded.subject_alternative_names, warnings = excluded.warnings,
            certificate = excluded.certificate, certificate_chain = excluded.certificate_chain,
            mac_key_id = excluded.mac_key_id, mac = excluded.mac
        """;

    public static UploadRow Read(DbDataReader reader, int firstColumn, IRowAuthenticator authenticator)
    {
        var row = new RowReader(reader, firstColumn, Name, authenticator);
        var certificateId = row.Text();
        var uploadId = row.Integer();
        var revision = row.Integer();
        var serial = row.Text();
        var notBefore = row.Integer();
        var notAfter = row.Integer();
        var signatureAlgorithm = row.Text();
        var subjectKeyIdentifier = row.NullableText();
        var sha256 = row.Blob();
        var uploadedAt = row.Integer();
        var subject = row.Text();
        var issuer = row.Text();
        var subjectAlternativeNames = row.Text();
        var warnings = row.Text();
        var certificate = row.Text();
        var certificateChain = row.Text();
        row.Check($"{certificateId}/{uploadId}");
        return new(
            certificateId,
            uploadId,
            certificate,
            certificateChain,
            subject,
            issuer,
            serial,
            DateTimeOffset.FromUnixTimeMilliseconds(notBefore),
            DateTimeOffset.FromUnixTimeMilliseconds(notAfter),
            signatureAlgorithm,
            JsonColumn.ToTexts(subjectAlternativeNames),
            subjectKeyIdentifier,
            sha256,
            JsonColumn.ToTexts(warnings),
            DateTimeOffset.FromUnixTimeMilliseconds(uploadedAt),
            revision
        );
    }

    public static SqlValue[] Write(UploadRow upload, IRowAuthenticator authenticator)
    {
        var row = new RowWriter(Name, authenticator);
        row.Text("@certificate_id", upload.CertificateId);
        row.Integer("@upload_id", upload.UploadId);
        row.Integer("@revision", upload.Revision);
        row.Text("@serial", upload.Serial);
        row.Integer("@not_before", upload.NotBefore.ToUnixTimeMilliseconds());
        row.Integer("@not_after", upload.NotAfter.ToUnixTimeMilliseconds());
        row.Text("@signature_algorithm", upload.SignatureAlgorithm);
        row.Text("@subject_key_identifier", upload.SubjectKeyIdentifier);
        row.Blob("@sha256", upload.Sha256);
        row.Integer("@uploaded_at", upload.UploadedAt.ToUnixTimeMilliseconds());
        row.Text("@subject", upload.Subject);
        row.Text("@issuer", upload.Issuer);
        row.Text("@subject_alternative_names", JsonColumn.FromTexts(upload.SubjectAlternativeNames));
        row.Text("@warnings", JsonColumn.FromTexts(upload.Warnings));
        row.Text("@certificate", upload.Certificate);
        row.Text("@certificate_chain", upload.CertificateChain);
        return row.Finish();
    }
}
