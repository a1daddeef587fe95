using System.Net.Sockets;
using Npgsql;

namespace Keyhold.Storage.Postgres;

/// <summary>
/// Puts PostgreSQL's and the network's failures that an operator can mend into words
/// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
/// </summary>
internal static class PostgresFault
{
    private const string IdleInTransaction = "25P03";

    /// <summary>Another node's transaction came between: nothing was kept, and the same work may well succeed now.</summary>
    public static bool IsConflict(Exception exception) =>
        exception
            is PostgresException
            {
                SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            };

    /// <summary>The connection is gone, by the network or by a server that stopped; a new one may work.</summary>
    public static bool IsConnectionLost(Exception exception) =>
        exception switch
        {
            PostgresException { SqlState: var state } => state
                is PostgresErrorCodes.AdminShutdown
                    or PostgresErrorCodes.CrashShutdown
                    or IdleInTransaction
                || state.StartsWith("08", StringComparison.Ordinal),
            NpgsqlOperationInProgressException => false,
            NpgsqlException or IOException or SocketException => true,
            _ => false,
        };

    /// <summary>The server says no, so the transaction is not committed; anything else may have come after the commit.</summary>
    public static bool IsRefusedCommit(Exception exception) =>
        exception is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>False for what only a change of the program can mend, such as a violated constraint.</summary>
    public static bool IsMendable(Exception exception) =>
        exception switch
        {
            PostgresException postgres => IsConflict(postgres) || Explain(postgres) is not null,
            NpgsqlOperationInProgressException => false,
            NpgsqlException or IOException or SocketException or TimeoutException => true,
            _ => false,
        };

    public static StorageUnavailableException Explain(Exception exception, string place)
    {
        var text = exception switch
        {
            PostgresException conflict when IsConflict(conflict) =>
                "Too many writers change the same rows at once. Nothing of this write was kept; repeat it.",
            PostgresException postgres => Explain(postgres),
            _ when exception.Message.Contains("pool has been exhausted", StringComparison.Ordinal) =>
                "All connections are in use. Repeat the request; raise Maximum Pool Size and the server's max_connections "
                    + "when this goes on.",
            _ =>
                "The server cannot be reached. Check that it runs, the network between, and Host and Port; Keyhold goes on by "
                    + "itself once it answers.",
        };
        return new StorageUnavailableException(
            $"The PostgreSQL database {place} cannot be used now. {text} ({Detail(exception)})",
            exception
        );
    }

    public static StorageUnavailableException Hangs(string place, TimeSpan limit) =>
        new(
            $"The PostgreSQL database {place} cannot be used now. It gave no answer within {limit.TotalSeconds} "
                + "seconds; a change that was on its way may have been kept. Check the server's load, its locks and the network; "
                + "look at the object before repeating a change."
        );

    public static StorageUnavailableException IsUnsure(Exception exception, string place) =>
        new(
            $"The PostgreSQL database {place} was lost in the moment of the commit: this change may have been kept or not. "
                + $"Look at the object before repeating it. ({Detail(exception)})",
            exception
        );

    private static string? Explain(PostgresException exception) =>
        exception.SqlState switch
        {
            PostgresErrorCodes.DiskFull =>
                "The server's disk is full. Free space there; Keyhold goes on by itself, nothing of this write was kept.",
            PostgresErrorCodes.TooManyConnections =>
                "The server has no connection left. Raise its max_connections or lower Maximum Pool Size.",
            PostgresErrorCodes.ReadOnlySqlTransaction =>
                "The server takes no writes: it is a standby. Name the primary in Host, or all servers, separated by commas.",
            PostgresErrorCodes.InvalidCatalogName =>
                "There is no such database. Create it (CREATE DATABASE ... OWNER ...), or correct Database.",
            PostgresErrorCodes.InsufficientPrivilege =>
                "The user lacks the rights. Make it the owner of the database, or of a schema that Search Path names.",
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn =>
                "A table or column is missing. Run `keyhold database migrate`, and check Search Path.",
            PostgresErrorCodes.QueryCanceled =>
                "The server stopped the statement. Check its locks and its statement_timeout.",
            PostgresErrorCodes.LockNotAvailable =>
                "Something else holds a table for long, such as a backup (see pg_locks). Nothing was changed; wait for its end "
                    + "and repeat.",
            IdleInTransaction =>
                "The server ended a transaction that had waited too long. Check the load of this machine.",
            { } state when state.StartsWith("28", StringComparison.Ordinal) =>
                "The server does not let this user in. Check Username, Password and the server's pg_hba.conf.",
            { } state when state.StartsWith("57P", StringComparison.Ordinal) =>
                "The server is starting or stopping. Keyhold goes on by itself once it answers.",
            { } state when state.StartsWith("XX00", StringComparison.Ordinal) =>
                "The server reports damaged data or a fault of its own. Look at its log; restore a backup if need be.",
            { } state when state.StartsWith("08", StringComparison.Ordinal) => "The connection broke.",
            { } state when state.StartsWith("53", StringComparison.Ordinal) =>
                "The server lacks memory or other means.",
            { } state when state.StartsWith("58", StringComparison.Ordinal) =>
                "The server's system reports an error. Look at its log and its disk.",
            _ => null,
        };

    // A server's message may hold the user's name, never a password; its detail, which may hold values, Npgsql leaves out.
    private static string Detail(Exception exception) =>
        exception is PostgresException postgres
            ? $"PostgreSQL: {postgres.SqlState} {postgres.MessageText}"
            : exception.Message;
}
