namespace Keyhold.Server.Access.Policies;

/// <summary>
/// Decides as RAM does ("How RAM evaluates policies"): one Deny that covers the request denies it, else one Allow allows
/// it, else it is denied. Pure; the order of policies and statements decides only which of several is named.
/// </summary>
internal static class PolicyEvaluator
{
    public static PolicyDecision Decide(IReadOnlyList<NamedPolicy> policies, AccessFacts facts)
    {
        var decision = new PolicyDecision(PolicyVerdict.ImplicitDeny, Policy: null, Statement: -1);
        for (var at = 0; at < policies.Count; at++)
        {
            var statements = policies[at].Document.Statements;
            for (var statement = 0; statement < statements.Count; statement++)
            {
                var allows = statements[statement].Allows;
                if ((allows && decision.Verdict is PolicyVerdict.Allow) || !statements[statement].Covers(facts))
                {
                    continue;
                }

                decision = new PolicyDecision(
                    allows ? PolicyVerdict.Allow : PolicyVerdict.ExplicitDeny,
                    policies[at],
                    statement
                );
                if (!allows)
                {
                    return decision;
                }
            }
        }

        return decision;
    }
}
