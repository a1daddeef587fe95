namespace Keyhold.Storage;

/// <summary>The file is not a database that this program may use as it stands; the message says what to do.</summary>
public sealed class SchemaException : Exception
{
    public SchemaException(string message)
        : base(message) { }

    public SchemaException(string message, Exception inner)
        : base(message, inner) { }
}
