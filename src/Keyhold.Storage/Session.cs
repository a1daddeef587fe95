using System.Data.Common;

namespace Keyhold.Storage;

/// <summary>
/// One connection inside a transaction. A command is prepared once per connection and SQL text and then kept, which
/// makes a point read several times cheaper; so SQL texts must be constants, with parameters for everything that varies.
/// </summary>
public sealed class Session
{
    private readonly DbConnection connection;
    private readonly Dictionary<string, DbCommand> prepared = new(StringComparer.Ordinal);

    internal Session(DbConnection connection) => this.connection = connection;

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    internal async ValueTask<int> ExecuteAsync(string sql, SqlValue[] values, CancellationToken stop) =>
        await Bind(sql, values).ExecuteNonQueryAsync(stop);

    /// <summary>The first row, or the type's default when there is none.</summary>
    internal async ValueTask<T?> FindAsync<T>(
        string sql,
        SqlValue[] values,
        Func<DbDataReader, T> read,
        CancellationToken stop
    )
    {
        await using var reader = await Bind(sql, values).ExecuteReaderAsync(stop);
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
        await using var reader = await Bind(sql, values).ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    internal async ValueTask<long> CountAsync(string sql, SqlValue[] values, CancellationToken stop)
    {
        await using var reader = await Bind(sql, values).ExecuteReaderAsync(stop);
        return await reader.ReadAsync(stop) ? reader.GetInt64(0) : 0;
    }

    private DbCommand Bind(string sql, SqlValue[] values)
    {
        if (prepared.TryGetValue(sql, out var command))
        {
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i].Value ?? DBNull.Value;
            }

            return command;
        }

        command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var value in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = value.Name;
            parameter.Value = value.Value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        command.Prepare();
        prepared.Add(sql, command);
        return command;
    }
}
