namespace Keyhold.Server.Tests.Storage;

/// <summary>The databases that every suite of the stores runs on.</summary>
public enum DatabaseKind
{
    Sqlite,
    Postgres,
}
