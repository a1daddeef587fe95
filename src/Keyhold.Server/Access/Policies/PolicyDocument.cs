namespace Keyhold.Server.Access.Policies;

/// <summary>
/// A policy document in the grammar of RAM ("Policy structure and syntax"), read strictly and compiled once. A document
/// that is not good is a <see cref="PolicyDocumentException"/> with the place, the reason and the remedy.
/// </summary>
internal sealed record PolicyDocument(IReadOnlyList<PolicyStatement> Statements)
{
    /// <summary>RAM's limit for a custom policy.</summary>
    public const int MaximumLength = 6_144;

    /// <summary>Whether a decision needs the tags of the resource.</summary>
    public bool AsksForTags { get; } =
        Statements.Any(statement => statement.Conditions.Any(condition => condition.Key.Tag is not null));

    public static PolicyDocument Parse(string json) => new PolicyDocumentReader(json).Read();
}
