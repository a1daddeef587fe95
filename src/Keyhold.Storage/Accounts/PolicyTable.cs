using System.Data.Common;
using System.Globalization;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Accounts;

/// <summary>Rows of the table policies, to and from their columns; a row that was read has passed its HMAC.</summary>
internal static class PolicyTable
{
    public const string Name = "policies";

    private const string Columns =
        "policy_name, revision, description, versions, default_version, last_version, created_at, updated_at, "
        + "mac_key_id, mac";

    public const string Find = $"SELECT {Columns} FROM policies WHERE policy_name = @policy_name";

    public const string ListAfter =
        $"SELECT {Columns} FROM policies WHERE policy_name > @after ORDER BY policy_name LIMIT @limit";

    /// <summary>Adds nothing when the name exists, in whatever case.</summary>
    public const string Insert = $"""
        INSERT INTO policies ({Columns})
        VALUES (@policy_name, @revision, @description, @versions, @default_version, @last_version, @created_at,
            @updated_at, @mac_key_id, @mac)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Changes no row when the revision has moved on.</summary>
    public const string Update = """
        UPDATE policies
        SET revision = @revision, description = @description, versions = @versions,
            default_version = @default_version, last_version = @last_version, created_at = @created_at,
            updated_at = @updated_at, mac_key_id = @mac_key_id, mac = @mac
        WHERE policy_name = @policy_name AND revision = @revision - 1
        """;

    public static PolicyRow Read(DbDataReader reader, IRowAuthenticator authenticator)
    {
        var row = new RowReader(reader, 0, Name, authenticator);
        var policyName = row.Text();
        var revision = row.Integer();
        var description = row.Text();
        var versions = row.Text();
        var defaultVersion = row.Integer();
        var lastVersion = row.Integer();
        var createdAt = row.Integer();
        var updatedAt = row.Integer();
        row.Check(policyName);
        return new(
            policyName,
            description,
            [.. JsonColumn.ToRows(versions).Select(ToVersion)],
            (int)defaultVersion,
            (int)lastVersion,
            DateTimeOffset.FromUnixTimeMilliseconds(createdAt),
            DateTimeOffset.FromUnixTimeMilliseconds(updatedAt),
            revision
        );
    }

    public static SqlValue[] Write(PolicyRow policy, IRowAuthenticator authenticator)
    {
        var row = new RowWriter(Name, authenticator);
        row.Text("@policy_name", policy.PolicyName);
        row.Integer("@revision", policy.Revision);
        row.Text("@description", policy.Description);
        row.Text("@versions", JsonColumn.FromRows(policy.Versions.Select(FromVersion)));
        row.Integer("@default_version", policy.DefaultVersion);
        row.Integer("@last_version", policy.LastVersion);
        row.Integer("@created_at", policy.CreatedAt.ToUnixTimeMilliseconds());
        row.Integer("@updated_at", policy.UpdatedAt.ToUnixTimeMilliseconds());
        return row.Finish();
    }

    private static PolicyVersionRow ToVersion(IReadOnlyList<string> fields) =>
        new(
            int.Parse(fields[0], CultureInfo.InvariantCulture),
            fields[1],
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(fields[2], CultureInfo.InvariantCulture))
        );

    private static string[] FromVersion(PolicyVersionRow version) =>
        [
            version.Number.ToString(CultureInfo.InvariantCulture),
            version.Document,
            version.CreatedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        ];
}
