namespace Keyhold.Storage.Accounts;

/// <summary>
/// Policies of the account, each row under its HMAC: every read may throw <see cref="RowTamperedException"/>. Names are
/// compared exactly, but no two may differ in case alone.
/// </summary>
public sealed class PolicyStore(Database database, IRowAuthenticator authenticator)
{
    public ValueTask<PolicyRow?> FindAsync(string policyName, CancellationToken stop) =>
        database.ReadAsync((session, token) => FindAsync(session, policyName, token), stop);

    /// <summary>Up to <paramref name="limit"/> policies whose names come after <paramref name="after"/>, by name.</summary>
    public ValueTask<IReadOnlyList<PolicyRow>> ListAsync(string after, int limit, CancellationToken stop) =>
        database.ReadAsync<IReadOnlyList<PolicyRow>>(
            async (session, token) =>
                await session.ListAsync(
                    PolicyTable.ListAfter,
                    [new("@after", after), new("@limit", (long)limit)],
                    reader => PolicyTable.Read(reader, authenticator),
                    token
                ),
            stop
        );

    public ValueTask<AddOutcome> AddAsync(PolicyRow row, int maximum, CancellationToken stop) =>
        database.WriteAsync(
            async (session, token) =>
            {
                if (await session.CountAsync("SELECT COUNT(*) FROM policies", [], token) >= maximum)
                {
                    return AddOutcome.TooMany;
                }

                var added = await session.ExecuteAsync(
                    PolicyTable.Insert,
                    PolicyTable.Write(row, authenticator),
                    token
                );
                return added == 1 ? AddOutcome.Added : AddOutcome.Exists;
            },
            stop
        );

    /// <summary>
    /// Changes a policy in one transaction; null when there is none. What <paramref name="change"/> throws leaves
    /// everything as it was.
    /// </summary>
    public ValueTask<PolicyRow?> ChangeAsync(
        string policyName,
        Func<PolicyRow, PolicyRow> change,
        CancellationToken stop
    ) =>
        database.WriteAsync(
            async (session, token) =>
            {
                // Read first: a tampered row must not get a good HMAC by being written again.
                if (await FindAsync(session, policyName, token) is not { } row)
                {
                    return null;
                }

                var changed = change(row) with { Revision = row.Revision + 1 };
                return
                    await session.ExecuteAsync(PolicyTable.Update, PolicyTable.Write(changed, authenticator), token)
                    == 1
                    ? changed
                    : null;
            },
            stop
        );

    /// <summary>Deletes a policy of the given type that no user has and that has no version but the default.</summary>
    public ValueTask<PolicyDeletion> DeleteAsync(string policyType, string policyName, CancellationToken stop) =>
        database.WriteAsync(
            async (session, token) =>
            {
                var row = await FindAsync(session, policyName, token);
                if (row is null)
                {
                    return PolicyDeletion.NotFound;
                }

                var users = await session.ListAsync(
                    UserTable.ListAfter,
                    [new("@after", ""), new("@limit", (long)int.MaxValue)],
                    reader => UserTable.Read(reader, authenticator),
                    token
                );
                if (users.Exists(user => UserStore.Has(user, policyType, policyName)))
                {
                    return PolicyDeletion.IsAttached;
                }

                if (row.Versions.Count > 1)
                {
                    return PolicyDeletion.HasVersions;
                }

                await session.ExecuteAsync(
                    "DELETE FROM policies WHERE policy_name = @policy_name",
                    [new("@policy_name", policyName)],
                    token
                );
                return PolicyDeletion.Deleted;
            },
            stop
        );

    private ValueTask<PolicyRow?> FindAsync(Session session, string policyName, CancellationToken stop) =>
        session.FindAsync(
            PolicyTable.Find,
            [new("@policy_name", policyName)],
            reader => PolicyTable.Read(reader, authenticator),
            stop
        );
}
