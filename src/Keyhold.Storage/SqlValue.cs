using System.Data;

namespace Keyhold.Storage;

/// <summary>A named parameter of a statement. A statement is always given its parameters in the same order.</summary>
/// <param name="Type">
/// The column's type, where the value may be null and cannot tell: a statement is prepared for one type of each parameter.
/// </param>
internal readonly record struct SqlValue(string Name, object? Value, DbType? Type = null);
