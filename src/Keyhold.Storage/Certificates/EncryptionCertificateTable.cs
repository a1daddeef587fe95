using System.Data.Common;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Certificates;

/// <summary>
/// Rows of the table encryption_certificates, to and from their columns; a row that was read has passed its HMAC.
/// </summary>
internal static class EncryptionCertificateTable
{
    public const string Name = "encryption_certificates";

    public const string Find = """
        SELECT certificate_id, revision, serial, not_before, not_after, sha256, imported_at, warnings,
            certificate, certificate_chain, public_key, sealed_private_key, mac_key_id, mac
        FROM encryption_certificates
        WHERE certificate_id = @certificate_id
        """;

    /// <summary>Adds the encryption certificate, or replaces the one that the certificate has.</summary>
    public const string Upsert = """
        INSERT INTO encryption_certificates (
            certificate_id, revision, serial, not_before, not_after, sha256, imported_at, warnings,
            certificate, certificate_chain, public_key, sealed_private_key, mac_key_id, mac)
        VALUES (
            @certificate_id, @revision, @serial, @not_before, @not_after, @sha256, @imported_at, @warnings,
            @certificate, @certificate_chain, @public_key, @sealed_private_key, @mac_key_id, @mac)
        ON CONFLICT (certificate_id) DO UPDATE
        SET revision = excluded.revision, serial = excluded.serial, not_before = excluded.not_before,
            not_after = excluded.not_after, sha256 = excluded.sha256, imported_at = excluded.imported_at,
            warnings = excluded.warnings, certificate = excluded.certificate,
            certificate_chain = excluded.certificate_chain, public_key = excluded.public_key,
            sealed_private_key = excluded.sealed_private_key, mac_key_id = excluded.mac_key_id, mac = excluded.mac
        """;

    public static EncryptionCertificateRow Read(DbDataReader reader, IRowAuthenticator authenticator)
    {
        var row = new RowReader(reader, 0, Name, authenticator);
        var certificateId = row.Text();
        var revision = row.Integer();
        var serial = row.Text();
        var notBefore = row.Integer();
        var notAfter = row.Integer();
        var sha256 = row.Blob();
        var importedAt = row.Integer();
        var warnings = row.Text();
        var certificate = row.Text();
        var certificateChain = row.Text();
        var publicKey = row.Blob();
        var sealedPrivateKey = row.Blob();
        row.Check(certificateId);
        return new(
            certificateId,
            certificate,
            certificateChain,
            serial,
            DateTimeOffset.FromUnixTimeMilliseconds(notBefore),
            DateTimeOffset.FromUnixTimeMilliseconds(notAfter),
            sha256,
            publicKey,
            sealedPrivateKey,
            JsonColumn.ToTexts(warnings),
            DateTimeOffset.FromUnixTimeMilliseconds(importedAt),
            revision
        );
    }

    public static SqlValue[] Write(EncryptionCertificateRow encryption, IRowAuthenticator authenticator)
    {
        var row = new RowWriter(Name, authenticator);
        row.Text("@certificate_id", encryption.CertificateId);
        row.Integer("@revision", encryption.Revision);
        row.Text("@serial", encryption.Serial);
        row.Integer("@not_before", encryption.NotBefore.ToUnixTimeMilliseconds());
        row.Integer("@not_after", encryption.NotAfter.ToUnixTimeMilliseconds());
        row.Blob("@sha256", encryption.Sha256);
        row.Integer("@imported_at", encryption.ImportedAt.ToUnixTimeMilliseconds());
        row.Text("@warnings", JsonColumn.FromTexts(encryption.Warnings));
        row.Text("@certificate", encryption.Certificate);
        row.Text("@certificate_chain", encryption.CertificateChain);
        row.Blob("@public_key", encryption.PublicKey);
        row.Blob("@sealed_private_key", encryption.SealedPrivateKey);
        return row.Finish();
    }
}
