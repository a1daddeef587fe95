using System.Data.Common;
using System.Globalization;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Accounts;

/// <summary>Rows of the table users, to and from their columns; a row that was read has passed its HMAC.</summary>
internal static class UserTable
{
    public const string Name = "users";

    private const string Columns =
        "user_name, revision, user_id, display_name, comments, attachments, created_at, updated_at, mac_key_id, mac";

    public const string Find = $"SELECT {Columns} FROM users WHERE user_name = @user_name";

    public const string ListAfter =
        $"SELECT {Columns} FROM users WHERE user_name > @after ORDER BY user_name LIMIT @limit";

    /// <summary>Adds nothing when the name exists, in whatever case.</summary>
    public const string Insert = $"""
        INSERT INTO users ({Columns})
        VALUES (@user_name, @revision, @user_id, @display_name, @comments, @attachments, @created_at, @updated_at,
            @mac_key_id, @mac)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Changes no row when the revision has moved on.</summary>
    public const string Update = """
        UPDATE users
        SET revision = @revision, user_id = @user_id, display_name = @display_name, comments = @comments,
            attachments = @attachments, created_at = @created_at, updated_at = @updated_at,
            mac_key_id = @mac_key_id, mac = @mac
        WHERE user_name = @user_name AND revision = @revision - 1
        """;

    public static UserRow Read(DbDataReader reader, IRowAuthenticator authenticator)
    {
        var row = new RowReader(reader, 0, Name, authenticator);
        var userName = row.Text();
        var revision = row.Integer();
        var userId = row.Text();
        var displayName = row.Text();
        var comments = row.Text();
        var attachments = row.Text();
        var createdAt = row.Integer();
        var updatedAt = row.Integer();
        row.Check(userName);
        return new(
            userName,
            userId,
            displayName,
            comments,
            [.. JsonColumn.ToRows(attachments).Select(ToAttachment)],
            DateTimeOffset.FromUnixTimeMilliseconds(createdAt),
            DateTimeOffset.FromUnixTimeMilliseconds(updatedAt),
            revision
        );
    }

    public static SqlValue[] Write(UserRow user, IRowAuthenticator authenticator)
    {
        var row = new RowWriter(Name, authenticator);
        row.Text("@user_name", user.UserName);
        row.Integer("@revision", user.Revision);
        row.Text("@user_id", user.UserId);
        row.Text("@display_name", user.DisplayName);
        row.Text("@comments", user.Comments);
        row.Text("@attachments", JsonColumn.FromRows(user.Attachments.Select(FromAttachment)));
        row.Integer("@created_at", user.CreatedAt.ToUnixTimeMilliseconds());
        row.Integer("@updated_at", user.UpdatedAt.ToUnixTimeMilliseconds());
        return row.Finish();
    }

    private static PolicyAttachment ToAttachment(IReadOnlyList<string> fields) =>
        new(
            fields[0],
            fields[1],
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(fields[2], CultureInfo.InvariantCulture))
        );

    private static string[] FromAttachment(PolicyAttachment attachment) =>
        [
            attachment.PolicyType,
            attachment.PolicyName,
            attachment.AttachedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        ];
}
