using System.Data.Common;

namespace Keyhold.Storage;

/// <summary>Makes commands on one connection as its kind of database likes them best.</summary>
internal interface IStatements
{
    Dialect Dialect { get; }

    /// <summary>A command that is ready to run. It belongs to the statements, and to nobody else until it has been run.</summary>
    DbCommand Bind(string sql, SqlValue[] values);
}
