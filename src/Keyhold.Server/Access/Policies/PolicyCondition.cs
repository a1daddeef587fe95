namespace Keyhold.Server.Access.Policies;

/// <summary>One operator with one key and its values. It holds when one of the values fits, or for a Not operator when none does.</summary>
internal abstract class PolicyCondition(ConditionKey key)
{
    public ConditionKey Key => key;

    /// <summary>Null when the request has no value for the key, or one of another kind than the operator's.</summary>
    public abstract bool? Holds(AccessFacts facts);
}
