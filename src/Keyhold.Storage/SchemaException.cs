namespace Keyhold.Storage;

/// <summary>The file is not a database that this program may use as it stands; the message says what to do.</summary>
public sealed class SchemaException : Exception
{
    public SchemaException(string message)
        : base(message) { }

    public SchemaException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>Whether there is nothing in it yet: it can be set up without anything being lost.</summary>
    public bool IsEmpty { get; init; }
}
