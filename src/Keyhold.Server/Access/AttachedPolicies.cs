using Keyhold.Server.Access.Policies;

namespace Keyhold.Server.Access;

/// <summary>The policies that a user has, each in its default version.</summary>
internal sealed record AttachedPolicies(IReadOnlyList<NamedPolicy> Policies)
{
    public static readonly AttachedPolicies None = new([]);

    /// <summary>Whether a decision needs the tags of the resource, which cost a read.</summary>
    public bool AskForTags { get; } = Policies.Any(policy => policy.Document.AsksForTags);
}
