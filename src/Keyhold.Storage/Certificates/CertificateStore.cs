using System.Data.Common;
using Keyhold.Storage.Audit;

namespace Keyhold.Storage.Certificates;

/// <summary>
/// Certificates and their history of uploads, each row under its HMAC: every read may throw
/// <see cref="RowTamperedException"/>. A certificate and its history change in one transaction, guarded by the
/// certificate's revision.
/// </summary>
public sealed class CertificateStore(Database database, IRowAuthenticator authenticator)
{
    private const string FindByPublicKey = $"""
        SELECT {CertificateTable.Columns}
        FROM certificates AS c
        WHERE c.public_key_sha256 = @public_key_sha256
        ORDER BY CASE WHEN c.status = 'PENDING' THEN 0 ELSE 1 END, c.created_at DESC, c.certificate_id DESC
        LIMIT 1
        """;

    private const string ListUploads = $"""
        SELECT {UploadTable.Columns}
        FROM certificate_uploads AS u
        WHERE u.certificate_id = @certificate_id
        ORDER BY u.upload_id
        """;

    private readonly CertificateListing listing = new(authenticator);

    public ValueTask<CertificateRow?> FindAsync(string certificateId, CancellationToken stop) =>
        database.ReadOneAsync(
            async (session, token) => (await FindStoredAsync(session, certificateId, token))?.Certificate,
            stop
        );

    /// <summary>The certificate with the history entry in force, which is null before the first upload.</summary>
    public ValueTask<(CertificateRow Certificate, UploadRow? Current)?> FindWithCurrentAsync(
        string certificateId,
        CancellationToken stop
    ) =>
        database.ReadOneAsync(
            (session, token) =>
                session.FindAsync<(CertificateRow, UploadRow?)?>(
                    CertificateListing.FindWithCurrent,
                    [new("@certificate_id", certificateId)],
                    reader => CertificateListing.ReadWithCurrent(reader, authenticator),
                    token
                ),
            stop
        );

    /// <summary>The whole history, oldest first; empty as well when there is no such certificate.</summary>
    public ValueTask<IReadOnlyList<UploadRow>> ListUploadsAsync(string certificateId, CancellationToken stop) =>
        database.ReadAsync<IReadOnlyList<UploadRow>>(
            async (session, token) =>
                await FindStoredAsync(session, certificateId, token) is { } stored
                    ? await ListUploadsAsync(session, stored, token)
                    : [],
            stop
        );

    /// <summary>The certificate with this public key: a PENDING one before others, then the newest.</summary>
    public ValueTask<CertificateRow?> FindByPublicKeyAsync(byte[] publicKeySha256, CancellationToken stop) =>
        database.ReadOneAsync(
            (session, token) =>
                session.FindAsync(
                    FindByPublicKey,
                    [new("@public_key_sha256", publicKeySha256)],
                    reader => CertificateTable.Read(reader, authenticator).Certificate,
                    token
                ),
            stop
        );

    /// <summary>A page (from 1) of the certificates that fit the filter, newest first.</summary>
    public ValueTask<CertificatePage> ListAsync(
        CertificateFilter filter,
        int pageNumber,
        int pageSize,
        CancellationToken stop
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageNumber, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        return database.ReadAsync(
            (session, token) => listing.ReadAsync(session, filter, pageNumber, pageSize, token),
            stop
        );
    }

    /// <summary>Adds a certificate, with the first entry of its history when it already has one.</summary>
    public async ValueTask AddAsync(CertificateRow row, UploadRow? current, CancellationToken stop)
    {
        if (current is null ? row.CurrentUpload is not null : row.CurrentUpload != 1 || current.UploadId != 1)
        {
            throw new ArgumentException(
                $"A new certificate has upload 1 as its current one, or none. Found current upload {row.CurrentUpload}, "
                    + $"given upload {current?.UploadId}.",
                nameof(row)
            );
        }

        AuditIntent.Make(AuditMade.Certificate, row.CertificateId);
        await database.WriteAsync(
            async (session, token) =>
            {
                var stored = new CertificateTable.Stored(row, UploadCount: current is null ? 0 : 1, Encryption: null);
                await session.ExecuteAsync(
                    CertificateTable.Insert,
                    CertificateTable.Write(stored, authenticator),
                    token
                );
                if (current is not null)
                {
                    await WriteUploadAsync(session, row.CertificateId, current, token);
                }

                return true;
            },
            stop
        );
    }

    /// <summary>
    /// Stores the changed row, which carries the revision it was read at, and with it an upload: the next of the
    /// history, or one that replaces the entry with its id. False, and nothing changed, when the stored row has another
    /// revision by now or is gone.
    /// </summary>
    public ValueTask<bool> UpdateAsync(CertificateRow row, UploadRow? upload, CancellationToken stop) =>
        database.WriteAsync((session, token) => UpdateAsync(session, row, upload, token), stop);

    /// <summary>
    /// Deletes the certificate, its history, its encryption certificate and its keys. A tampered one can be deleted.
    /// </summary>
    public ValueTask<bool> DeleteAsync(string certificateId, CancellationToken stop) =>
        database.WriteAsync(
            async (session, token) =>
            {
                SqlValue[] id = [new("@certificate_id", certificateId)];
                await session.ExecuteAsync(
                    "DELETE FROM certificate_uploads WHERE certificate_id = @certificate_id",
                    id,
                    token
                );
                await session.ExecuteAsync(
                    "DELETE FROM encryption_certificates WHERE certificate_id = @certificate_id",
                    id,
                    token
                );
                return await session.ExecuteAsync(
                        "DELETE FROM certificates WHERE certificate_id = @certificate_id",
                        id,
                        token
                    ) == 1;
            },
            stop
        );

    private async ValueTask<bool> UpdateAsync(
        Session session,
        CertificateRow row,
        UploadRow? upload,
        CancellationToken stop
    )
    {
        // 1. The row as it is stored now: a tampered one must not get a good HMAC by being written over.
        var stored = await FindStoredAsync(session, row.CertificateId, stop);
        if (stored is null || stored.Certificate.Revision != row.Revision)
        {
            return false;
        }

        // 2. The history as it is, complete, before a further entry is counted.
        var count = stored.UploadCount;
        if (upload is not null)
        {
            var history = await ListUploadsAsync(session, stored, stop);
            if (history.FirstOrDefault(entry => entry.UploadId == upload.UploadId) is { } replaced)
            {
                upload = upload with { Revision = replaced.Revision + 1 };
            }
            else if (upload.UploadId == ++count)
            {
                upload = upload with { Revision = 1 };
            }
            else
            {
                throw new ArgumentException(
                    $"Upload {upload.UploadId} of certificate {row.CertificateId} would leave a gap: the next is {count}.",
                    nameof(upload)
                );
            }
        }

        if (row.CurrentUpload is { } current && (current < 1 || current > count))
        {
            throw new ArgumentException(
                $"Certificate {row.CertificateId} has no upload {current} to be the current one, only 1 to {count}.",
                nameof(row)
            );
        }

        // 3. The certificate first: where several nodes share a database, its revision decides which of them wins. The
        // private key stays as it is stored: it may have been sealed anew since the row was read.
        var changed = stored with
        {
            Certificate = row with
            {
                SealedPrivateKey = stored.Certificate.SealedPrivateKey,
                Revision = row.Revision + 1,
            },
            UploadCount = count,
        };
        if (
            await session.ExecuteAsync(CertificateTable.Update, CertificateTable.Write(changed, authenticator), stop)
            != 1
        )
        {
            return false;
        }

        if (upload is not null)
        {
            await WriteUploadAsync(session, row.CertificateId, upload, stop);
        }

        return true;
    }

    private ValueTask<CertificateTable.Stored?> FindStoredAsync(
        Session session,
        string certificateId,
        CancellationToken stop
    ) =>
        session.FindAsync(
            CertificateTable.Find,
            [new("@certificate_id", certificateId)],
            reader => CertificateTable.Read(reader, authenticator),
            stop
        );

    private async ValueTask<List<UploadRow>> ListUploadsAsync(
        Session session,
        CertificateTable.Stored stored,
        CancellationToken stop
    )
    {
        var certificateId = stored.Certificate.CertificateId;
        var uploads = await session.ListAsync(
            ListUploads,
            [new("@certificate_id", certificateId)],
            reader => UploadTable.Read(reader, 0, authenticator),
            stop
        );
        if (uploads.Count != stored.UploadCount)
        {
            throw new RowTamperedException(
                CertificateTable.Name,
                certificateId,
                $"its history has {uploads.Count} entries and should have {stored.UploadCount}"
            );
        }

        return uploads;
    }

    private async ValueTask WriteUploadAsync(
        Session session,
        string certificateId,
        UploadRow upload,
        CancellationToken stop
    )
    {
        if (!string.Equals(upload.CertificateId, certificateId, StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"An upload of certificate {upload.CertificateId} was given to certificate {certificateId}.",
                nameof(upload)
            );
        }

        await session.ExecuteAsync(UploadTable.Upsert, UploadTable.Write(upload, authenticator), stop);
    }
}
