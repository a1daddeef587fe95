using System.Data.Common;
using Keyhold.Storage;

namespace Keyhold.Server.Tests.Storage;

/// <summary>Where a test's database lies, and the way into it past Keyhold.</summary>
internal abstract class BackDoor
{
    /// <summary>Whatever a row is told apart by when all its columns may change; as text.</summary>
    public abstract string RowPlace { get; }

    /// <summary>A condition: the row is the one at that place, which is parameter @0.</summary>
    public abstract string IsRow { get; }

    public abstract string ListTables { get; }

    /// <summary>Names the columns of the table that is parameter @0.</summary>
    public abstract string ListColumns { get; }

    public abstract Task<Database> OpenAsync();

    /// <summary>A connection that no foreign key binds.</summary>
    public abstract DbConnection Connect();

    public abstract Task RemoveAsync();

    public static DbCommand Command(DbConnection connection, string sql, object?[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@{i}";
            parameter.Value = values[i] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
