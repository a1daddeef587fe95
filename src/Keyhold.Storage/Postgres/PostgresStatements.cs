using System.Data;
using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Keyhold.Storage.Postgres;

/// <summary>
/// Commands on a pooled connection, which Npgsql prepares there by itself once a text has come twice. A transaction
/// begins in one round trip with its first statement.
/// </summary>
/// <param name="begin">The statement that begins a transaction; null: one statement without any.</param>
internal sealed class PostgresStatements(NpgsqlConnection connection, string? begin) : IStatements
{
    // The column's collation is "C": lower() leaves letters beyond ASCII as they are. strpos knows no wildcards.
    private static readonly Dialect Texts = new(
        Contains: (column, parameter) => $"strpos(lower({column}), {parameter}) > 0",
        IsAmong: (column, parameter) => $"{column} = ANY(string_to_array({parameter}, ','))"
    );

    public Dialect Dialect => Texts;

    /// <summary>Something was sent, and with it the transaction begun.</summary>
    public bool HasBegun { get; private set; }

    public DbCommand Bind(string sql, SqlValue[] values)
    {
        if (begin is null && HasBegun)
        {
            throw new InvalidOperationException(
                $"A read of one statement ran a second one, which may see another state: {sql}"
            );
        }

        var command = new NpgsqlCommand(HasBegun || begin is null ? sql : $"{begin}; {sql}", connection);
        HasBegun = true;
        foreach (var value in values)
        {
            command.Parameters.Add(Parameter(value));
        }

        return command;
    }

    private static NpgsqlParameter Parameter(SqlValue value) =>
        value.Value switch
        {
            string text => new NpgsqlParameter<string>(value.Name, NpgsqlDbType.Text) { TypedValue = Storable(text) },
            long number => new NpgsqlParameter<long>(value.Name, NpgsqlDbType.Bigint) { TypedValue = number },
            int number => new NpgsqlParameter<long>(value.Name, NpgsqlDbType.Bigint) { TypedValue = number },
            byte[] bytes => new NpgsqlParameter<byte[]>(value.Name, NpgsqlDbType.Bytea) { TypedValue = bytes },
            null => new NpgsqlParameter(value.Name, NullType(value)) { Value = DBNull.Value },
            _ => throw new ArgumentException(
                $"Parameter {value.Name} is a {value.Value.GetType()}; columns hold text, whole numbers and bytes.",
                nameof(value)
            ),
        };

    private static NpgsqlDbType NullType(SqlValue value) =>
        value.Type switch
        {
            DbType.String => NpgsqlDbType.Text,
            DbType.Int64 => NpgsqlDbType.Bigint,
            DbType.Binary => NpgsqlDbType.Bytea,
            _ => NpgsqlDbType.Unknown,
        };

    // PostgreSQL takes no NUL at all. No stored text has one (RowWriter), so whoever asks for one asks for nothing: U+FFFF
    // is no character and stands in names as little.
    private static string Storable(string text) => text.Replace('\0', '\uFFFF');
}
