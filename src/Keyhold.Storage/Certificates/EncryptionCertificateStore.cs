namespace Keyhold.Storage.Certificates;

/// <summary>
/// Encryption certificates, each under its HMAC and bound to its certificate's row: one that is missing or was exchanged
/// is a <see cref="RowTamperedException"/>. Deleting the certificate deletes it.
/// </summary>
public sealed class EncryptionCertificateStore(Database database, IRowAuthenticator authenticator)
{
    /// <summary>The certificate with its upload in force and its encryption certificate; null when there is no certificate.</summary>
    public ValueTask<CertificatePair?> FindPairAsync(string certificateId, CancellationToken stop) =>
        database.ReadAsync(
            async (session, token) =>
            {
                SqlValue[] id = [new("@certificate_id", certificateId)];
                var found = await session.FindAsync<(CertificateTable.Stored, UploadRow?)?>(
                    CertificateListing.FindWithCurrent,
                    id,
                    reader => CertificateListing.ReadStoredWithCurrent(reader, authenticator),
                    token
                );
                if (found is not var (stored, current))
                {
                    return null;
                }

                var encryption = await FindAsync(session, stored, token);
                return new CertificatePair(stored.Certificate, current, encryption);
            },
            stop
        );

    /// <summary>
    /// At most so many certificates behind an id (empty for the first), in the order of their ids. One whose rows fail
    /// their HMAC is named instead of ending the reading; one under a key that the ring does not have only on request, since
    /// another node may have made that key just now.
    /// </summary>
    public ValueTask<CertificatePairPage> ListPairsAsync(
        string after,
        int limit,
        CancellationToken stop,
        bool namesUnknownKeys = false
    ) => database.ReadAsync((session, token) => ListPairsAsync(session, after, limit, namesUnknownKeys, token), stop);

    /// <summary>
    /// Stores the encryption certificate, in place of an earlier one, and with it the certificate's row, which carries the
    /// revision it was read at. False, and nothing changed, when that row has another revision by now or is gone.
    /// </summary>
    public ValueTask<bool> PutAsync(CertificateRow row, EncryptionCertificateRow encryption, CancellationToken stop)
    {
        if (!string.Equals(encryption.CertificateId, row.CertificateId, StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"An encryption certificate of {encryption.CertificateId} was given to certificate {row.CertificateId}.",
                nameof(encryption)
            );
        }

        return database.WriteAsync((session, token) => PutAsync(session, row, encryption, token), stop);
    }

    private async ValueTask<CertificatePairPage> ListPairsAsync(
        Session session,
        string after,
        int limit,
        bool namesUnknownKeys,
        CancellationToken stop
    )
    {
        string? last = null;
        var damaged = new List<RowTamperedException>();
        var found = await session.ListAsync(
            CertificateListing.ListBehind,
            [new("@after", after), new("@limit", (long)limit)],
            reader =>
            {
                last = reader.GetString(0);
                return Try(() => CertificateListing.ReadStoredWithCurrent(reader, authenticator));
            },
            stop
        );
        var pairs = new List<CertificatePair>(found.Count);
        foreach (var each in found)
        {
            if (each is not var (stored, current))
            {
                continue;
            }

            try
            {
                var encryption = stored.Encryption is null ? null : await FindAsync(session, stored, stop);
                pairs.Add(new CertificatePair(stored.Certificate, current, encryption));
            }
            catch (RowTamperedException tampered) when (namesUnknownKeys || tampered.MissingKeyId is null)
            {
                damaged.Add(tampered);
            }
        }

        return new CertificatePairPage(pairs, found.Count == limit ? last : null, damaged);

        (CertificateTable.Stored, UploadRow?)? Try(Func<(CertificateTable.Stored, UploadRow?)> read)
        {
            try
            {
                return read();
            }
            catch (RowTamperedException tampered) when (namesUnknownKeys || tampered.MissingKeyId is null)
            {
                damaged.Add(tampered);
                return null;
            }
        }
    }

    private async ValueTask<bool> PutAsync(
        Session session,
        CertificateRow row,
        EncryptionCertificateRow encryption,
        CancellationToken stop
    )
    {
        // 1. Both rows as they are stored now: a tampered one must not get a good HMAC by being written over.
        var stored = await session.FindAsync(
            CertificateTable.Find,
            [new("@certificate_id", row.CertificateId)],
            reader => CertificateTable.Read(reader, authenticator),
            stop
        );
        if (stored is null || stored.Certificate.Revision != row.Revision)
        {
            return false;
        }

        var earlier = await FindAsync(session, stored, stop);
        encryption = encryption with { Revision = (earlier?.Revision ?? 0) + 1 };

        // 2. The certificate first: where several nodes share a database, its revision decides which of them wins.
        var changed = stored with
        {
            Certificate = row with
            {
                CurrentUpload = stored.Certificate.CurrentUpload,
                SealedPrivateKey = stored.Certificate.SealedPrivateKey,
                Revision = row.Revision + 1,
            },
            Encryption = EncryptionBinding.Of(encryption),
        };
        if (
            await session.ExecuteAsync(CertificateTable.Update, CertificateTable.Write(changed, authenticator), stop)
            != 1
        )
        {
            return false;
        }

        await session.ExecuteAsync(
            EncryptionCertificateTable.Upsert,
            EncryptionCertificateTable.Write(encryption, authenticator),
            stop
        );
        return true;
    }

    /// <summary>Both rows are written in one transaction, so each without the other is a sign of tampering.</summary>
    private async ValueTask<EncryptionCertificateRow?> FindAsync(
        Session session,
        CertificateTable.Stored stored,
        CancellationToken stop
    )
    {
        var certificateId = stored.Certificate.CertificateId;
        var encryption = await session.FindAsync(
            EncryptionCertificateTable.Find,
            [new("@certificate_id", certificateId)],
            reader => EncryptionCertificateTable.Read(reader, authenticator),
            stop
        );
        if (stored.Encryption is not { } binding)
        {
            return encryption is null
                ? null
                : throw new RowTamperedException(
                    EncryptionCertificateTable.Name,
                    certificateId,
                    "it is there, but its certificate's row knows of none"
                );
        }

        if (encryption is null)
        {
            throw new RowTamperedException(
                EncryptionCertificateTable.Name,
                certificateId,
                "its certificate has an encryption certificate, but that is missing"
            );
        }

        return EncryptionBinding.Binds(binding, encryption)
            ? encryption
            : throw new RowTamperedException(
                EncryptionCertificateTable.Name,
                certificateId,
                "it is not the encryption certificate that its certificate's row names, or an earlier row of it"
            );
    }
}
