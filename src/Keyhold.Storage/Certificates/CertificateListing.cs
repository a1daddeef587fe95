using System.Data.Common;
using System.Globalization;
using System.Text;

namespace Keyhold.Storage.Certificates;

/// <summary>Pages of certificates. A statement text exists for each combination of criteria, eight in all.</summary>
internal sealed class CertificateListing(IRowAuthenticator authenticator)
{
    // Equal times are told apart by the id, so that pages never overlap.
    private const string NewestFirst = "ORDER BY c.created_at DESC, c.certificate_id DESC LIMIT @limit OFFSET @offset";

    public const string FindWithCurrent = $"""
        SELECT {CertificateTable.Columns}, {UploadTable.Columns}
        FROM certificates AS c
        LEFT {JoinCurrentUpload}
        WHERE c.certificate_id = @certificate_id
        """;

    public const string ListBehind = $"""
        SELECT {CertificateTable.Columns}, {UploadTable.Columns}
        FROM certificates AS c
        LEFT {JoinCurrentUpload}
        WHERE c.certificate_id > @after
        ORDER BY c.certificate_id LIMIT @limit
        """;

    private const string JoinCurrentUpload =
        "JOIN certificate_uploads AS u ON u.certificate_id = c.certificate_id AND u.upload_id = c.current_upload";

    public async ValueTask<CertificatePage> ReadAsync(
        Session session,
        CertificateFilter filter,
        int pageNumber,
        int pageSize,
        CancellationToken stop
    )
    {
        var (where, values) = Criteria(session.Dialect, filter);
        var join = filter.Issuer is null ? "" : JoinCurrentUpload;
        var total = await session.CountAsync($"SELECT COUNT(*) FROM certificates AS c {join} {where}", values, stop);
        var items = await session.ListAsync(
            $"""
            SELECT {CertificateTable.Columns}, {UploadTable.Columns}
            FROM certificates AS c
            LEFT {JoinCurrentUpload}
            {where}
            {NewestFirst}
            """,
            [.. values, new("@limit", (long)pageSize), new("@offset", (pageNumber - 1L) * pageSize)],
            reader => ReadWithCurrent(reader, authenticator),
            stop
        );
        return new CertificatePage((int)Math.Min(total, int.MaxValue), items);
    }

    /// <summary>Reads a certificate's columns and, right of them, those of its current upload, null when it has none.</summary>
    public static (CertificateRow Certificate, UploadRow? Current) ReadWithCurrent(
        DbDataReader reader,
        IRowAuthenticator authenticator
    )
    {
        var (stored, current) = ReadStoredWithCurrent(reader, authenticator);
        return (stored.Certificate, current);
    }

    public static (CertificateTable.Stored Stored, UploadRow? Current) ReadStoredWithCurrent(
        DbDataReader reader,
        IRowAuthenticator authenticator
    )
    {
        var stored = CertificateTable.Read(reader, authenticator);
        var certificate = stored.Certificate;
        if (certificate.CurrentUpload is null)
        {
            return (stored, null);
        }

        if (reader.IsDBNull(CertificateTable.ColumnCount))
        {
            throw new RowTamperedException(
                UploadTable.Name,
                string.Create(CultureInfo.InvariantCulture, $"{certificate.CertificateId}/{certificate.CurrentUpload}"),
                "it is the current upload of its certificate, but is missing"
            );
        }

        return (stored, UploadTable.Read(reader, CertificateTable.ColumnCount, authenticator));
    }

    private static (string Where, SqlValue[] Values) Criteria(Dialect dialect, CertificateFilter filter)
    {
        var where = new StringBuilder();
        var values = new List<SqlValue>();
        Add(dialect.Contains("c.subject", "@subject"), "@subject", AsciiLower(filter.Subject));
        Add(dialect.Contains("u.issuer", "@issuer"), "@issuer", AsciiLower(filter.Issuer));
        Add("c.status = @status", "@status", filter.Status);
        return (where.ToString(), [.. values]);

        void Add(string criterion, string parameter, string? value)
        {
            if (value is not null)
            {
                where.Append(where.Length == 0 ? "WHERE " : " AND ").Append(criterion);
                values.Add(new SqlValue(parameter, value));
            }
        }
    }

    /// <summary>As the databases' lower() does it: letters beyond ASCII stay as they are.</summary>
    private static string? AsciiLower(string? text) =>
        text is null
            ? null
            : string.Create(
                text.Length,
                text,
                (lower, source) =>
                {
                    for (var i = 0; i < source.Length; i++)
                    {
                        lower[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
                    }
                }
            );
}
