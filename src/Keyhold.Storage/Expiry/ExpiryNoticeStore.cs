using System.Data.Common;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Expiry;

/// <summary>
/// What was said last of each member of each certificate's chain, each row under its HMAC; deleting the certificate
/// deletes it. Of several nodes that want to say the same, one may.
/// </summary>
public sealed class ExpiryNoticeStore(Database database, IRowAuthenticator authenticator)
{
    private const string Table = "expiry_notices";

    private const string Columns = "certificate_id, sha256, revision, days, said_at, mac_key_id, mac";

    private const string Find = $"""
        SELECT {Columns} FROM expiry_notices WHERE certificate_id = @certificate_id AND sha256 = @sha256
        """;

    /// <summary>A certificate that is gone by now gets no row.</summary>
    private const string Insert = """
        INSERT INTO expiry_notices (certificate_id, sha256, revision, days, said_at, mac_key_id, mac)
        SELECT @certificate_id, @sha256, @revision, @days, @said_at, @mac_key_id, @mac
        WHERE EXISTS (SELECT 1 FROM certificates WHERE certificate_id = @certificate_id)
        ON CONFLICT (certificate_id, sha256) DO NOTHING
        """;

    private const string Update = """
        UPDATE expiry_notices SET revision = @revision, days = @days, said_at = @said_at,
            mac_key_id = @mac_key_id, mac = @mac
        WHERE certificate_id = @certificate_id AND sha256 = @sha256 AND revision = @revision - 1
        """;

    /// <summary>Null when nothing was said yet.</summary>
    public ValueTask<ExpiryNoticeRow?> FindAsync(string certificateId, byte[] sha256, CancellationToken stop) =>
        database.ReadOneAsync((session, token) => FindAsync(session, certificateId, sha256, token), stop);

    /// <summary>
    /// True, and kept, when it had not been said at so few days before: then it is the caller's to say. False, and
    /// nothing changed, when it had, or the certificate is gone.
    /// </summary>
    public async ValueTask<bool> TryClaimAsync(
        string certificateId,
        byte[] sha256,
        int days,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        try
        {
            return await database.WriteAsync(
                async (session, token) =>
                {
                    var earlier = await FindAsync(session, certificateId, sha256, token);
                    var row = new ExpiryNoticeRow(certificateId, sha256, days, now, (earlier?.Revision ?? 0) + 1);
                    var isOurs =
                        (earlier is null || earlier.Days > days)
                        && await session.ExecuteAsync(earlier is null ? Insert : Update, Write(row), token) == 1;

                    // Undoes the transaction, and with it the intent to say anything.
                    return isOurs ? true : throw new SaidAlreadyException();
                },
                stop
            );
        }
        catch (SaidAlreadyException)
        {
            return false;
        }
    }

    private ValueTask<ExpiryNoticeRow?> FindAsync(
        Session session,
        string certificateId,
        byte[] sha256,
        CancellationToken stop
    ) => session.FindAsync(Find, [new("@certificate_id", certificateId), new("@sha256", sha256)], Read, stop);

    private ExpiryNoticeRow Read(DbDataReader reader)
    {
        var row = new RowReader(reader, 0, Table, authenticator);
        var certificateId = row.Text();
        var sha256 = row.Blob();
        var revision = row.Integer();
        var days = row.Integer();
        var saidAt = row.Integer();
        row.Check(certificateId);
        return new(certificateId, sha256, (int)days, DateTimeOffset.FromUnixTimeMilliseconds(saidAt), revision);
    }

    private SqlValue[] Write(ExpiryNoticeRow notice)
    {
        var row = new RowWriter(Table, authenticator);
        row.Text("@certificate_id", notice.CertificateId);
        row.Blob("@sha256", notice.Sha256);
        row.Integer("@revision", notice.Revision);
        row.Integer("@days", notice.Days);
        row.Integer("@said_at", notice.SaidAt.ToUnixTimeMilliseconds());
        return row.Finish();
    }

    private sealed class SaidAlreadyException : Exception;
}
