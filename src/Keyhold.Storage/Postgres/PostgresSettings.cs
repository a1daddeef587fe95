using System.Data.Common;
using System.Globalization;
using System.Net;
using Npgsql;

namespace Keyhold.Storage.Postgres;

/// <summary>
/// A connection string as the operator wrote it, with what Keyhold needs on top. No message names more of it than the
/// place: hosts, port and database.
/// </summary>
internal sealed class PostgresSettings
{
    private const string Example = "Host=db1,db2;Database=keyhold;Username=keyhold;Password=...";

    private PostgresSettings(NpgsqlConnectionStringBuilder builder, string place)
    {
        ConnectionString = builder.ConnectionString;
        UnpooledConnectionString = Unpool(builder.ConnectionString);
        MigratingConnectionString = MakeImpatient(UnpooledConnectionString);
        Place = place;
        Description = Describe(builder);
        IsVerified = builder.SslMode is SslMode.VerifyCA or SslMode.VerifyFull || Hosts(builder).All(StaysOnMachine);
    }

    public string ConnectionString { get; }

    /// <summary>For what must end with its connection, such as a lock, and so may not lie in a pool.</summary>
    public string UnpooledConnectionString { get; }

    /// <summary>For a migration, which must not make every node's requests wait behind it.</summary>
    public string MigratingConnectionString { get; }

    /// <summary>The string as people may see it, to know it again: without any secret.</summary>
    public string Description { get; }

    /// <summary>What messages call the database.</summary>
    public string Place { get; }

    /// <summary>Nobody on the way can pass for the server: its certificate is checked, or there is no way.</summary>
    public bool IsVerified { get; }

    /// <summary><see cref="StorageUnavailableException"/> says what is wrong, without a part of the text: it holds a password.</summary>
    public static PostgresSettings Parse(string connectionString)
    {
        var builder = Read(connectionString);
        if (string.IsNullOrWhiteSpace(builder.Host))
        {
            throw Refuse("it names no Host");
        }

        if (string.IsNullOrWhiteSpace(builder.Database))
        {
            throw Refuse("it names no Database");
        }

        Complete(builder, Hosts(builder).Length > 1);
        return new PostgresSettings(
            builder,
            string.Create(CultureInfo.InvariantCulture, $"{builder.Database} at {builder.Host} (port {builder.Port})")
        );
    }

    private static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        if (
            connectionString.Contains("://", StringComparison.Ordinal)
            && !connectionString.Contains('=', StringComparison.Ordinal)
        )
        {
            throw Refuse("it is a URL");
        }

        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = connectionString;
        }
        catch (ArgumentException)
        {
            throw Refuse("it is no list of Key=Value; a value with a semicolon stands in quotes");
        }

        var builder = new NpgsqlConnectionStringBuilder();
        var count = 0;
        foreach (string key in parts.Keys)
        {
            count++;
            try
            {
                builder[key] = parts[key];
            }
            catch (Exception exception)
                when (exception
                        is ArgumentException
                            or FormatException
                            or InvalidCastException
                            or KeyNotFoundException
                            or OverflowException
                )
            {
                // Which one, but not its text: part of a password with a semicolon may look like a key.
                throw Refuse($"setting number {count} is none that Npgsql knows, or has a value that it cannot have");
            }
        }

        return builder;
    }

    private static void Complete(NpgsqlConnectionStringBuilder builder, bool hasSeveralHosts)
    {
        // 1. What the safety of data, answers and secrets rests on is not the operator's to choose.
        builder.Pooling = true;
        builder.Multiplexing = false;
        builder.Enlist = false;
        builder.IncludeErrorDetail = false;
        builder.LogParameters = false;
        builder.PersistSecurityInfo = false;
        if (hasSeveralHosts)
        {
            builder.TargetSessionAttributes = "primary";
            builder.HostRecheckSeconds = 3;
        }

        // 2. Statements are prepared on each connection and stay so; nothing else is kept there between transactions.
        builder.MaxAutoPrepare = 200;
        builder.AutoPrepareMinUsages = 2;
        builder.NoResetOnClose = true;

        // 3. Who watches the time is Deadline: a limit of Npgsql's would block a thread of the pool while it asks the server
        // to stop. A server that does not even answer that has lost its connection.
        builder.CommandTimeout = 0;
        builder.CancellationTimeout = 500;

        // 4. Where the operator says nothing. One host that is away must leave time for the next.
        Default(builder, "Timeout", hasSeveralHosts ? 2 : 3);
        Default(builder, "Maximum Pool Size", 32);
        Default(builder, "Application Name", "Keyhold");
        Default(builder, "Tcp Keepalive", true);
        Default(builder, "Tcp Keepalive Time", 10);
        Default(builder, "Tcp Keepalive Interval", 2);
    }

    /// <summary>With a limit on waiting for tables; what the operator says in Options comes first and stays.</summary>
    private static string MakeImpatient(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"{builder.Options} -c lock_timeout=2s".TrimStart();
        return builder.ConnectionString;
    }

    private static string Unpool(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            MaxAutoPrepare = 0,
            KeepAlive = 5,
        }.ConnectionString;

    private static string Describe(NpgsqlConnectionStringBuilder builder)
    {
        var shown = new NpgsqlConnectionStringBuilder { Host = builder.Host, Database = builder.Database };
        if (builder.Port != NpgsqlConnection.DefaultPort)
        {
            shown.Port = builder.Port;
        }

        if (builder.Username is { Length: > 0 } user)
        {
            shown.Username = user;
        }

        return builder.Password is { Length: > 0 } ? $"{shown.ConnectionString};Password=..." : shown.ConnectionString;
    }

    private static void Default(NpgsqlConnectionStringBuilder builder, string key, object value)
    {
        if (!builder.ContainsKey(key) || !builder.ShouldSerialize(key))
        {
            builder[key] = value;
        }
    }

    private static string[] Hosts(NpgsqlConnectionStringBuilder builder) =>
        builder.Host!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool StaysOnMachine(string host)
    {
        if (host.StartsWith('/') || host.StartsWith('@'))
        {
            return true;
        }

        var name =
            host.Count(character => character == ':') == 1 ? host[..host.IndexOf(':', StringComparison.Ordinal)] : host;
        return string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }

    private static StorageUnavailableException Refuse(string reason) =>
        new($"The connection string cannot be used: {reason}. Expected settings of Npgsql, such as {Example}");
}
