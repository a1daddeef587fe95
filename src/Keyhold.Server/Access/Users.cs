using System.Security.Cryptography;
using Keyhold.Protocol;
using Keyhold.Server.Access.Policies;
using Keyhold.Server.Hosting;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Access;

/// <summary>The account's users and which policies they have. A change counts for every request that comes after its answer.</summary>
internal sealed class Users(UserStore store, UserPolicies policies, Installation installation, TimeProvider time)
{
    public const int Maximum = 1_000;

    /// <summary>RAM's limit for each of the two types.</summary>
    public const int MaximumPoliciesOfAType = 20;

    public ValueTask<IReadOnlyList<UserRow>> ListAsync(string after, int limit, CancellationToken stop) =>
        store.ListAsync(after, limit, stop);

    public ValueTask<IReadOnlyList<UserRow>> ListWithPolicyAsync(
        string policyType,
        string policyName,
        CancellationToken stop
    ) => store.ListWithPolicyAsync(policyType, policyName, stop);

    public async ValueTask<UserRow> RequireAsync(string userName, CancellationToken stop) =>
        await store.FindAsync(userName, stop) ?? throw NotFound(userName);

    public async ValueTask<UserRow> CreateAsync(
        string userName,
        string displayName,
        string comments,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var row = new UserRow(
            userName,
            "2" + RandomNumberGenerator.GetString("0123456789", 17),
            displayName,
            comments,
            [],
            now,
            now,
            Revision: 1
        );
        return await store.AddAsync(row, Maximum, stop) switch
        {
            AddOutcome.Added => row,
            AddOutcome.Exists => throw new ApiException(
                ErrorCodes.EntityAlreadyExistsUser,
                $"{ErrorCodes.EntityAlreadyExistsUser.Text} Choose another name than {userName}; names that differ only in upper and lower case count as the same."
            ),
            _ => throw new ApiException(
                ErrorCodes.LimitExceededUser,
                $"{ErrorCodes.LimitExceededUser.Text} There are {Maximum} users: delete one that is not needed."
            ),
        };
    }

    public async ValueTask DeleteAsync(string userName, CancellationToken stop)
    {
        try
        {
            var owner = Principal.UserOf(installation.AccountId, userName);
            switch (await store.DeleteAsync(userName, owner, stop))
            {
                case UserDeletion.NotFound:
                    throw NotFound(userName);
                case UserDeletion.HasAccessKeys:
                    throw new ApiException(
                        ErrorCodes.DeleteConflictUserAccessKey,
                        $"{ErrorCodes.DeleteConflictUserAccessKey.Text} Delete the access keys of {userName} first."
                    );
                case UserDeletion.HasPolicies:
                    throw new ApiException(
                        ErrorCodes.DeleteConflictUserPolicy,
                        $"{ErrorCodes.DeleteConflictUserPolicy.Text} Detach the policies of {userName} first."
                    );
                default:
                    return;
            }
        }
        finally
        {
            policies.Forget();
        }
    }

    public ValueTask AttachAsync(string userName, string policyType, string policyName, CancellationToken stop) =>
        ChangeAsync(
            userName,
            policyName,
            (user, isCustom) =>
            {
                if (policyType is PolicyType.System ? BuiltInPolicies.Find(policyName) is null : !isCustom)
                {
                    throw PolicyLibrary.NotFound(policyType, policyName);
                }

                if (user.Attachments.Any(attachment => Is(attachment, policyType, policyName)))
                {
                    throw new ApiException(ErrorCodes.EntityAlreadyExistsUserPolicy);
                }

                if (user.Attachments.Count(attachment => IsType(attachment, policyType)) >= MaximumPoliciesOfAType)
                {
                    throw new ApiException(
                        ErrorCodes.LimitExceededUserPolicy,
                        $"{ErrorCodes.LimitExceededUserPolicy.Text} A user has at most {MaximumPoliciesOfAType} policies of type {policyType}: detach one, or put several into one."
                    );
                }

                var attached = new PolicyAttachment(policyType, policyName, time.GetUtcNow());
                return user with { Attachments = [.. user.Attachments, attached] };
            },
            stop
        );

    public ValueTask DetachAsync(string userName, string policyType, string policyName, CancellationToken stop) =>
        ChangeAsync(
            userName,
            policyName,
            (user, _) =>
            {
                PolicyAttachment[] left =
                [
                    .. user.Attachments.Where(attachment => !Is(attachment, policyType, policyName)),
                ];
                return left.Length < user.Attachments.Count
                    ? user with
                    {
                        Attachments = left,
                    }
                    : throw new ApiException(
                        ErrorCodes.EntityNotExistUserPolicy,
                        $"{ErrorCodes.EntityNotExistUserPolicy.Text} {userName} does not have {policyName} of type {policyType}: see ListPoliciesForUser."
                    );
            },
            stop
        );

    public static ApiException NotFound(string userName) =>
        new(
            ErrorCodes.EntityNotExistUser,
            $"{ErrorCodes.EntityNotExistUser.Text} There is no user {userName}: see ListUsers."
        );

    private async ValueTask ChangeAsync(
        string userName,
        string policyName,
        Func<UserRow, bool, UserRow> change,
        CancellationToken stop
    )
    {
        try
        {
            _ =
                await store.ChangeAsync(
                    userName,
                    policyName,
                    (user, isCustom) => change(user, isCustom) with { UpdatedAt = time.GetUtcNow() },
                    stop
                ) ?? throw NotFound(userName);
        }
        finally
        {
            // Also when it failed: a row that was tampered with must not work on from memory.
            policies.Forget();
        }
    }

    private static bool Is(PolicyAttachment attachment, string policyType, string policyName) =>
        IsType(attachment, policyType) && string.Equals(attachment.PolicyName, policyName, StringComparison.Ordinal);

    private static bool IsType(PolicyAttachment attachment, string policyType) =>
        string.Equals(attachment.PolicyType, policyType, StringComparison.Ordinal);
}
