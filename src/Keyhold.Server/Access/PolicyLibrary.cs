using Keyhold.Protocol;
using Keyhold.Server.Access.Policies;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Access;

/// <summary>
/// Policies by type and name: the built-in ones, and the account's own with their versions. Documents that get here were
/// parsed. A change counts for every request that comes after its answer.
/// </summary>
internal sealed class PolicyLibrary(PolicyStore store, UserPolicies attached, TimeProvider time)
{
    /// <summary>RAM's limits.</summary>
    public const int Maximum = 1_500;
    public const int MaximumVersions = 5;

    public async ValueTask<PolicyRow> RequireAsync(string policyType, string policyName, CancellationToken stop) =>
        (policyType is PolicyType.System ? BuiltInPolicies.Find(policyName) : await store.FindAsync(policyName, stop))
        ?? throw NotFound(policyType, policyName);

    /// <summary>The account's own policies, by name.</summary>
    public ValueTask<IReadOnlyList<PolicyRow>> ListAsync(string after, int limit, CancellationToken stop) =>
        store.ListAsync(after, limit, stop);

    public async ValueTask<PolicyRow> CreateAsync(
        string policyName,
        string description,
        string document,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var row = new PolicyRow(
            policyName,
            description,
            [new PolicyVersionRow(1, document, now)],
            DefaultVersion: 1,
            LastVersion: 1,
            now,
            now,
            Revision: 1
        );
        var outcome = BuiltInPolicies.All.Any(builtIn => IsSameName(builtIn.PolicyName, policyName))
            ? AddOutcome.Exists
            : await store.AddAsync(row, Maximum, stop);
        return outcome switch
        {
            AddOutcome.Added => row,
            AddOutcome.Exists => throw new ApiException(
                ErrorCodes.EntityAlreadyExistsPolicy,
                $"{ErrorCodes.EntityAlreadyExistsPolicy.Text} Choose another name than {policyName}, which may differ in more than upper and lower case, or add a version with CreatePolicyVersion."
            ),
            _ => throw new ApiException(
                ErrorCodes.LimitExceededPolicy,
                $"{ErrorCodes.LimitExceededPolicy.Text} There are {Maximum} policies: delete one that is not needed."
            ),
        };
    }

    /// <param name="policyName">The policy that gets the version.</param>
    /// <param name="document">Its document.</param>
    /// <param name="setAsDefault">Whether it is in force from now on.</param>
    /// <param name="dropOldest">Whether the oldest version that is not in force goes when there are too many.</param>
    /// <param name="stop">Ends the wait.</param>
    public async ValueTask<(PolicyRow Row, PolicyVersionRow Version)> AddVersionAsync(
        string policyName,
        string document,
        bool setAsDefault,
        bool dropOldest,
        CancellationToken stop
    )
    {
        var changed = await ChangeAsync(
            policyName,
            row =>
            {
                var versions = row.Versions.ToList();
                if (versions.Count >= MaximumVersions)
                {
                    if (!dropOldest)
                    {
                        throw new ApiException(
                            ErrorCodes.LimitExceededPolicyVersion,
                            $"{ErrorCodes.LimitExceededPolicyVersion.Text} {policyName} has {MaximumVersions} versions: delete one with DeletePolicyVersion, or give RotateStrategy."
                        );
                    }

                    versions.Remove(versions.First(version => version.Number != row.DefaultVersion));
                }

                var number = row.LastVersion + 1;
                versions.Add(new PolicyVersionRow(number, document, time.GetUtcNow()));
                return row with
                {
                    Versions = versions,
                    LastVersion = number,
                    DefaultVersion = setAsDefault ? number : row.DefaultVersion,
                };
            },
            stop
        );
        return (changed, changed.Versions[^1]);
    }

    public async ValueTask DeleteVersionAsync(string policyName, int number, CancellationToken stop) =>
        await ChangeAsync(
            policyName,
            row =>
            {
                RequireVersion(row, number);
                return row.DefaultVersion == number
                    ? throw new ApiException(
                        ErrorCodes.DeleteConflictPolicyVersionDefault,
                        $"{ErrorCodes.DeleteConflictPolicyVersionDefault.Text} Make another version the default with SetDefaultPolicyVersion first."
                    )
                    : row with
                    {
                        Versions = [.. row.Versions.Where(version => version.Number != number)],
                    };
            },
            stop
        );

    public async ValueTask SetDefaultAsync(string policyName, int number, CancellationToken stop) =>
        await ChangeAsync(
            policyName,
            row =>
            {
                RequireVersion(row, number);
                return row with { DefaultVersion = number };
            },
            stop
        );

    public async ValueTask DeleteAsync(string policyName, CancellationToken stop)
    {
        try
        {
            switch (await store.DeleteAsync(PolicyType.Custom, policyName, stop))
            {
                case PolicyDeletion.NotFound:
                    throw NotFound(PolicyType.Custom, policyName);
                case PolicyDeletion.IsAttached:
                    throw new ApiException(
                        ErrorCodes.DeleteConflictPolicyUser,
                        $"{ErrorCodes.DeleteConflictPolicyUser.Text} Detach {policyName} from its users first."
                    );
                case PolicyDeletion.HasVersions:
                    throw new ApiException(
                        ErrorCodes.DeleteConflictPolicyVersion,
                        $"{ErrorCodes.DeleteConflictPolicyVersion.Text} Delete the other versions of {policyName} first."
                    );
                default:
                    return;
            }
        }
        finally
        {
            attached.Forget();
        }
    }

    public static PolicyVersionRow RequireVersion(PolicyRow row, int number) =>
        row.Versions.FirstOrDefault(version => version.Number == number)
        ?? throw new ApiException(
            ErrorCodes.EntityNotExistPolicyVersion,
            $"{ErrorCodes.EntityNotExistPolicyVersion.Text} {row.PolicyName} has {string.Join(", ", row.Versions.Select(version => PolicyVersionId.Of(version.Number)))}."
        );

    public static ApiException NotFound(string policyType, string policyName) =>
        new(
            ErrorCodes.EntityNotExistPolicy,
            $"{ErrorCodes.EntityNotExistPolicy.Text} There is no policy {policyName} of type {policyType}: see ListPolicies."
        );

    private async ValueTask<PolicyRow> ChangeAsync(
        string policyName,
        Func<PolicyRow, PolicyRow> change,
        CancellationToken stop
    )
    {
        try
        {
            return await store.ChangeAsync(policyName, row => change(row) with { UpdatedAt = time.GetUtcNow() }, stop)
                ?? throw NotFound(PolicyType.Custom, policyName);
        }
        finally
        {
            // Also when it failed: a row that was tampered with must not work on from memory.
            attached.Forget();
        }
    }

    private static bool IsSameName(string one, string other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
