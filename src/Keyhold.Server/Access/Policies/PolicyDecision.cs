namespace Keyhold.Server.Access.Policies;

/// <summary>
/// A verdict and what decided: the policy, and the place of the statement in it, counted from 0. There is no policy when
/// no statement allows.
/// </summary>
internal readonly record struct PolicyDecision(PolicyVerdict Verdict, NamedPolicy? Policy, int Statement);
