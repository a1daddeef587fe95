using System.Collections.Concurrent;
using System.Security.Cryptography;
using Keyhold.Server.Access.Policies;
using Keyhold.Storage;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Access;

/// <summary>
/// Which policies a user has, compiled and kept in memory until any user or policy changes; whoever changes one calls
/// <see cref="Forget"/> before it answers. Where one process owns the database, a change here is the only change there is;
/// where nodes share it, each use asks the database first whether the rows are still those that were compiled.
/// </summary>
internal sealed class UserPolicies(UserStore users, PolicyStore policies)
{
    /// <summary>So many users are kept; past that the cache starts anew rather than grow.</summary>
    private const int MaximumCached = 10_000;

    private readonly ConcurrentDictionary<string, Compiled> cache = new(StringComparer.Ordinal);
    private readonly Lock door = new();

    /// <summary>Counts changes, so that rows read before a change are not cached after it.</summary>
    private long changes;

    /// <summary>The policies of the user; none when there is no such user.</summary>
    public async ValueTask<AttachedPolicies> OfAsync(string userName, CancellationToken stop)
    {
        if (cache.TryGetValue(userName, out var known) && await IsCurrentAsync(userName, known, stop))
        {
            return known.Policies;
        }

        var changesBefore = Volatile.Read(ref changes);
        if (await users.FindAsync(userName, stop) is not { } user)
        {
            return AttachedPolicies.None;
        }

        // The stamp before the rows: should one change in between, the stamp is the older one, and the next use finds that.
        var names = CustomOf(user);
        var stamp = users.IsShared ? await users.FindStampAsync(userName, names, stop) : [];
        if (users.IsShared && (await users.FindAsync(userName, stop))?.Revision != user.Revision)
        {
            return await OfAsync(userName, stop);
        }

        var found = new List<NamedPolicy>(user.Attachments.Count);
        foreach (var attachment in user.Attachments)
        {
            if (await ReadAsync(attachment, userName, stop) is { } policy)
            {
                found.Add(policy);
                continue;
            }

            // Another node may have taken it away and deleted it meanwhile. Otherwise no answer is right without it.
            return users.IsShared && (await users.FindAsync(userName, stop))?.Revision != user.Revision
                ? await OfAsync(userName, stop)
                : throw new RowTamperedException(
                    "policies",
                    attachment.PolicyName,
                    $"the user {userName} has it, but it is missing"
                );
        }

        var attached = new AttachedPolicies(found);
        Keep(userName, new Compiled(attached, names, stamp), changesBefore);
        return attached;
    }

    /// <summary>Is told that something was changed here.</summary>
    public Action? Forgot { get; set; }

    public void Forget()
    {
        Drop();
        Forgot?.Invoke();
    }

    /// <summary>The same, without telling.</summary>
    public void Drop()
    {
        lock (door)
        {
            changes++;
            cache.Clear();
        }
    }

    private async ValueTask<bool> IsCurrentAsync(string userName, Compiled known, CancellationToken stop) =>
        !users.IsShared
        || CryptographicOperations.FixedTimeEquals(
            await users.FindStampAsync(userName, known.CustomNames, stop),
            known.Stamp
        );

    private static string[] CustomOf(UserRow user) =>
        [
            .. user
                .Attachments.Where(attachment => attachment.PolicyType is not PolicyType.System)
                .Select(attachment => attachment.PolicyName),
        ];

    /// <summary>Null when it is missing. A policy that a user has cannot be deleted.</summary>
    private async ValueTask<NamedPolicy?> ReadAsync(
        PolicyAttachment attachment,
        string userName,
        CancellationToken stop
    )
    {
        if (attachment.PolicyType is PolicyType.System)
        {
            return BuiltInPolicies.Compiled(attachment.PolicyName)
                ?? throw new RowTamperedException(
                    "users",
                    userName,
                    $"it has the built-in policy {attachment.PolicyName}, which this program does not know"
                );
        }

        if (await policies.FindAsync(attachment.PolicyName, stop) is not { } row)
        {
            return null;
        }

        var version = row.Versions.Single(version => version.Number == row.DefaultVersion);
        return new NamedPolicy(
            PolicyType.Custom,
            row.PolicyName,
            PolicyVersionId.Of(version.Number),
            PolicyDocument.Parse(version.Document)
        );
    }

    private void Keep(string userName, Compiled compiled, long changesBefore)
    {
        lock (door)
        {
            if (changes != changesBefore)
            {
                return;
            }

            if (cache.Count >= MaximumCached)
            {
                cache.Clear();
            }

            cache[userName] = compiled;
        }
    }

    /// <summary>Policies, and what stands for the rows that they were compiled from.</summary>
    private sealed record Compiled(AttachedPolicies Policies, string[] CustomNames, byte[] Stamp);
}
