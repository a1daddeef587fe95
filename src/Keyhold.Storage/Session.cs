using System.Data.Common;
using System.Globalization;

namespace Keyhold.Storage;

/// <summary>
/// One connection inside a transaction. Statements are prepared once and kept, so SQL texts must be constants, with
/// parameters for everything that varies.
/// </summary>
public sealed class Session
{
    private readonly IStatements statements;

    internal Session(IStatements statements) => this.statements = statements;

    internal Dialect Dialect => statements.Dialect;

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    internal async ValueTask<int> ExecuteAsync(string sql, SqlValue[] values, CancellationToken stop) =>
        await statements.Bind(sql, values).ExecuteNonQueryAsync(stop);

    /// <summary>The first row, or the type's default when there is none.</summary>
    internal async ValueTask<T?> FindAsync<T>(
        string sql,
        SqlValue[] values,
        Func<DbDataReader, T> read,
        CancellationToken stop
    )
    {
        await using var reader = await statements.Bind(sql, values).ExecuteReaderAsync(stop);
        return await reader.ReadAsync(stop) ? read(reader) : default;
    }

    internal async ValueTask<List<T>> ListAsync<T>(
        string sql,
        SqlValue[] values,
        Func<DbDataReader, T> read,
        CancellationToken stop
    )
    {
        var rows = new List<T>();
        await using var reader = await statements.Bind(sql, values).ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    internal async ValueTask<long> CountAsync(string sql, SqlValue[] values, CancellationToken stop)
    {
        await using var reader = await statements.Bind(sql, values).ExecuteReaderAsync(stop);

        // Whole numbers come in several widths: PostgreSQL's COUNT has 64 bits, a literal 32.
        return await reader.ReadAsync(stop) ? Convert.ToInt64(reader.GetValue(0), CultureInfo.InvariantCulture) : 0;
    }
}
