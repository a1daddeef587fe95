namespace Keyhold.Server.Access.Policies;

/// <summary>One statement of a policy, ready to be asked.</summary>
/// <param name="Allows">Allow, or else Deny.</param>
/// <param name="Actions">The patterns of Action or NotAction; case does not matter.</param>
/// <param name="ExceptActions">Whether it was NotAction: every action but these.</param>
/// <param name="Resources">The patterns of Resource; case matters.</param>
/// <param name="Conditions">All of them must hold.</param>
internal sealed record PolicyStatement(
    bool Allows,
    Wildcard[] Actions,
    bool ExceptActions,
    Wildcard[] Resources,
    PolicyCondition[] Conditions
)
{
    public bool Covers(AccessFacts facts) =>
        MatchesAny(Actions, facts.Action) != ExceptActions
        && MatchesAny(Resources, facts.Resource)
        && ConditionsHold(facts);

    /// <summary>A missing key narrows either way: it makes an Allow not allow, and a Deny deny.</summary>
    private bool ConditionsHold(AccessFacts facts)
    {
        foreach (var condition in Conditions)
        {
            if (!(condition.Holds(facts) ?? !Allows))
            {
                return false;
            }
        }

        return true;
    }

    private static bool MatchesAny(Wildcard[] patterns, string text)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(text))
            {
                return true;
            }
        }

        return false;
    }
}
