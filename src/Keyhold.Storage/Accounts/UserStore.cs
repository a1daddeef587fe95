namespace Keyhold.Storage.Accounts;

/// <summary>
/// Users with their attachments, each row under its HMAC: every read may throw <see cref="RowTamperedException"/>.
/// Names are compared exactly, but no two may differ in case alone.
/// </summary>
public sealed class UserStore(Database database, IRowAuthenticator authenticator)
{
    /// <summary>Whether other nodes may change what was read, so that it is to be confirmed for each use.</summary>
    public bool IsShared => database.IsShared;

    /// <summary>
    /// What stands for the rows of a user and of policies as they are now: their HMACs, one behind the other; the same only
    /// while none of the rows has changed. One statement. Names of policies hold no comma.
    /// </summary>
    public async ValueTask<byte[]> FindStampAsync(
        string userName,
        IEnumerable<string> policyNames,
        CancellationToken stop
    )
    {
        SqlValue[] names = [new("@user_name", userName), new("@policy_names", string.Join(',', policyNames))];
        var macs = await database.ReadOneAsync(
            (session, token) =>
                session.ListAsync(
                    $"""
                    SELECT 0 AS kind, user_name AS name, mac FROM users WHERE user_name = @user_name
                    UNION ALL
                    SELECT 1, policy_name, mac FROM policies
                    WHERE {session.Dialect.IsAmong("policy_name", "@policy_names")}
                    ORDER BY kind, name
                    """,
                    names,
                    reader => reader.GetFieldValue<byte[]>(2),
                    token
                ),
            stop
        );
        return [.. macs.SelectMany(mac => mac)];
    }

    public ValueTask<UserRow?> FindAsync(string userName, CancellationToken stop) =>
        database.ReadOneAsync((session, token) => FindAsync(session, userName, token), stop);

    /// <summary>Up to <paramref name="limit"/> users whose names come after <paramref name="after"/>, by name.</summary>
    public ValueTask<IReadOnlyList<UserRow>> ListAsync(string after, int limit, CancellationToken stop) =>
        database.ReadOneAsync<IReadOnlyList<UserRow>>(
            async (session, token) =>
                await session.ListAsync(
                    UserTable.ListAfter,
                    [new("@after", after), new("@limit", (long)limit)],
                    reader => UserTable.Read(reader, authenticator),
                    token
                ),
            stop
        );

    /// <summary>The users that have the policy, by name.</summary>
    public async ValueTask<IReadOnlyList<UserRow>> ListWithPolicyAsync(
        string policyType,
        string policyName,
        CancellationToken stop
    ) => [.. (await ListAsync("", int.MaxValue, stop)).Where(user => Has(user, policyType, policyName))];

    public ValueTask<AddOutcome> AddAsync(UserRow row, int maximum, CancellationToken stop) =>
        database.WriteAsync(
            async (session, token) =>
            {
                if (await session.CountAsync("SELECT COUNT(*) FROM users", [], token) >= maximum)
                {
                    return AddOutcome.TooMany;
                }

                var added = await session.ExecuteAsync(UserTable.Insert, UserTable.Write(row, authenticator), token);
                return added == 1 ? AddOutcome.Added : AddOutcome.Exists;
            },
            stop
        );

    /// <summary>
    /// Changes a user in one transaction; null when there is none. What <paramref name="change"/> throws leaves everything
    /// as it was. <paramref name="policyExists"/> is what it is told of the policy <paramref name="policyName"/>.
    /// </summary>
    public ValueTask<UserRow?> ChangeAsync(
        string userName,
        string policyName,
        Func<UserRow, bool, UserRow> change,
        CancellationToken stop
    ) =>
        database.WriteAsync(
            async (session, token) =>
            {
                // Read first: a tampered row must not get a good HMAC by being written again.
                if (await FindAsync(session, userName, token) is not { } row)
                {
                    return null;
                }

                var policy = await session.FindAsync(
                    PolicyTable.Find,
                    [new("@policy_name", policyName)],
                    reader => PolicyTable.Read(reader, authenticator),
                    token
                );
                var changed = change(row, policy is not null) with { Revision = row.Revision + 1 };
                return await session.ExecuteAsync(UserTable.Update, UserTable.Write(changed, authenticator), token) == 1
                    ? changed
                    : null;
            },
            stop
        );

    /// <summary>Deletes a user that has neither policies nor access keys, which belong to <paramref name="owner"/>.</summary>
    public ValueTask<UserDeletion> DeleteAsync(string userName, string owner, CancellationToken stop) =>
        database.WriteAsync(
            async (session, token) =>
            {
                var row = await FindAsync(session, userName, token);
                if (row is null)
                {
                    return UserDeletion.NotFound;
                }

                if (await AccessKeyStore.CountAsync(session, owner, token) > 0)
                {
                    return UserDeletion.HasAccessKeys;
                }

                if (row.Attachments.Count > 0)
                {
                    return UserDeletion.HasPolicies;
                }

                await session.ExecuteAsync(
                    "DELETE FROM users WHERE user_name = @user_name",
                    [new("@user_name", userName)],
                    token
                );
                return UserDeletion.Deleted;
            },
            stop
        );

    internal static bool Has(UserRow user, string policyType, string policyName) =>
        user.Attachments.Any(attachment =>
            string.Equals(attachment.PolicyType, policyType, StringComparison.Ordinal)
            && string.Equals(attachment.PolicyName, policyName, StringComparison.Ordinal)
        );

    private ValueTask<UserRow?> FindAsync(Session session, string userName, CancellationToken stop) =>
        session.FindAsync(
            UserTable.Find,
            [new("@user_name", userName)],
            reader => UserTable.Read(reader, authenticator),
            stop
        );
}
