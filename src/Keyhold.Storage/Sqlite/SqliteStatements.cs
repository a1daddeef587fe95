using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Keyhold.Storage.Sqlite;

/// <summary>
/// A command is prepared once per connection and SQL text and then kept, which makes a point read several times cheaper.
/// </summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IStatements
{
    // instr instead of LIKE: it has no wildcards and no limit to the length of the text.
    private static readonly Dialect Texts = new(
        Contains: (column, parameter) => $"instr(lower({column}), {parameter}) > 0",
        IsAmong: (column, parameter) => $"instr(',' || {parameter} || ',', ',' || {column} || ',') > 0"
    );

    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);

    public Dialect Dialect => Texts;

    public DbCommand Bind(string sql, SqlValue[] values)
    {
        if (prepared.TryGetValue(sql, out var command))
        {
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i].Value ?? DBNull.Value;
            }

            return command;
        }

        command = new SqliteCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value.Name, value.Value ?? DBNull.Value);
        }

        command.Prepare();
        prepared.Add(sql, command);
        return command;
    }
}
