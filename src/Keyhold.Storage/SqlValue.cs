namespace Keyhold.Storage;

/// <summary>A named parameter of a statement. A statement is always given its parameters in the same order.</summary>
internal readonly record struct SqlValue(string Name, object? Value);
