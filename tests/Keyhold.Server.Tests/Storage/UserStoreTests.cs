using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Tests.Storage;

public sealed class UserStoreTests
{
    [Fact]
    public async Task What_is_added_is_found_as_it_was()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        Assert.Equal(AddOutcome.Added, await database.Users.AddAsync(Sample.User(), 10, default));
        Assert.Equal(AddOutcome.Added, await database.Policies.AddAsync(Sample.Policy(), 10, default));

        await database.ReopenAsync();

        Assert.Equivalent(Sample.User(), await database.Users.FindAsync("alice", default), strict: true);
        Assert.Equivalent(Sample.Policy(), await database.Policies.FindAsync("shop", default), strict: true);
    }

    [Fact]
    public async Task Names_are_exact_but_no_two_differ_in_case_alone()
    {
        await using var database = await PrepareAsync();

        Assert.Null(await database.Users.FindAsync("Alice", default));
        Assert.Null(await database.Policies.FindAsync("Shop", default));
        Assert.Equal(AddOutcome.Exists, await database.Users.AddAsync(Sample.User("Alice"), 10, default));
        Assert.Equal(AddOutcome.Exists, await database.Policies.AddAsync(Sample.Policy("SHOP"), 10, default));
        Assert.Equal(UserDeletion.NotFound, await database.Users.DeleteAsync("Alice", "x", default));
        Assert.Equal(PolicyDeletion.NotFound, await database.Policies.DeleteAsync("Custom", "SHOP", default));
    }

    [Fact]
    public async Task The_limit_is_kept()
    {
        await using var database = await PrepareAsync();
        Assert.Equal(AddOutcome.TooMany, await database.Users.AddAsync(Sample.User("bob"), 1, default));
        Assert.Equal(AddOutcome.TooMany, await database.Policies.AddAsync(Sample.Policy("other"), 1, default));
    }

    [Fact]
    public async Task Lists_go_on_after_a_name()
    {
        await using var database = await PrepareAsync();
        await database.Users.AddAsync(Sample.User("bob"), 10, default);
        await database.Users.AddAsync(Sample.User("carol"), 10, default);

        Assert.Equal(["alice", "bob"], (await database.Users.ListAsync("", 2, default)).Select(user => user.UserName));
        Assert.Equal(["carol"], (await database.Users.ListAsync("bob", 2, default)).Select(user => user.UserName));
    }

    [Fact]
    public async Task A_user_with_keys_or_policies_is_not_deleted_and_one_without_is()
    {
        await using var database = await PrepareAsync();
        await database.AccessKeys.AddAsync(Sample.AccessKey() with { Owner = "alice's" }, default);
        Assert.Equal(UserDeletion.HasAccessKeys, await database.Users.DeleteAsync("alice", "alice's", default));
        await database.AccessKeys.DeleteAsync("LTAIexample", default);
        Assert.Equal(UserDeletion.HasPolicies, await database.Users.DeleteAsync("alice", "alice's", default));
        await database.Users.ChangeAsync("alice", "shop", (user, _) => user with { Attachments = [] }, default);
        Assert.Equal(UserDeletion.Deleted, await database.Users.DeleteAsync("alice", "alice's", default));
        Assert.Null(await database.Users.FindAsync("alice", default));
    }

    [Fact]
    public async Task A_policy_that_a_user_has_or_that_has_versions_is_not_deleted()
    {
        await using var database = await PrepareAsync();
        Assert.Equal(PolicyDeletion.IsAttached, await database.Policies.DeleteAsync("Custom", "shop", default));
        await database.Users.ChangeAsync("alice", "shop", (user, _) => user with { Attachments = [] }, default);
        Assert.Equal(PolicyDeletion.HasVersions, await database.Policies.DeleteAsync("Custom", "shop", default));
        await database.Policies.ChangeAsync("shop", row => row with { Versions = [row.Versions[1]] }, default);
        Assert.Equal(PolicyDeletion.Deleted, await database.Policies.DeleteAsync("Custom", "shop", default));
    }

    [Fact]
    public async Task What_a_change_throws_leaves_everything_as_it_was()
    {
        await using var database = await PrepareAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await database.Users.ChangeAsync("alice", "shop", (_, _) => throw new InvalidOperationException(), default)
        );
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await database.Policies.ChangeAsync("shop", _ => throw new InvalidOperationException(), default)
        );
        Assert.Equal(1, (await database.Users.FindAsync("alice", default))!.Revision);
        Assert.Equal(1, (await database.Policies.FindAsync("shop", default))!.Revision);
    }

    [Fact]
    public async Task A_key_is_added_only_to_a_user_that_exists_and_only_if_its_other_keys_permit_it()
    {
        await using var database = await PrepareAsync();
        var key = Sample.AccessKey();
        Assert.False(await database.AccessKeys.AddToUserAsync(key, "nobody", _ => { }, default));
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await database.AccessKeys.AddToUserAsync(key, "alice", _ => throw new InvalidOperationException(), default)
        );
        Assert.Empty(await database.AccessKeys.ListAsync(default));
        Assert.True(await database.AccessKeys.AddToUserAsync(key, "alice", Assert.Empty, default));
        Assert.Single(await database.AccessKeys.ListAsync(key.Owner, default));
    }

    [Fact]
    public async Task A_last_use_is_replaced_by_newer_ones_only_and_goes_with_its_key()
    {
        await using var database = await PrepareAsync();
        await database.AccessKeyUses.PutAsync([Sample.Use()], default);
        Assert.Null(await database.AccessKeyUses.FindAsync("LTAIexample", default));

        await database.AccessKeys.AddAsync(Sample.AccessKey(), default);
        await database.AccessKeyUses.PutAsync([Sample.Use()], default);
        await database.AccessKeyUses.PutAsync([Sample.Use() with { UsedAt = Sample.Time, Action = "old" }], default);
        Assert.Equal(Sample.Use(), await database.AccessKeyUses.FindAsync("LTAIexample", default));
        await database.AccessKeys.DeleteAsync("LTAIexample", default);
        Assert.Null(await database.AccessKeyUses.FindAsync("LTAIexample", default));
    }

    private static async Task<TemporaryDatabase> PrepareAsync()
    {
        var database = await TemporaryDatabase.CreateAsync();
        await database.Users.AddAsync(Sample.User(), 10, default);
        await database.Policies.AddAsync(Sample.Policy(), 10, default);
        return database;
    }
}
