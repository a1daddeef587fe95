namespace Keyhold.Server.Access.Policies;

/// <summary>A condition whose values were parsed into <typeparamref name="TValue"/> when the document was read.</summary>
/// <param name="key">The key that is asked for.</param>
/// <param name="find">The key's value in the request; false when there is none of this kind.</param>
/// <param name="values">The values of the document.</param>
/// <param name="fits">Whether the request's value fits one of the document's.</param>
/// <param name="negated">Whether none must fit.</param>
internal sealed class TypedCondition<TFound, TValue>(
    ConditionKey key,
    TypedCondition<TFound, TValue>.Find find,
    TValue[] values,
    Func<TFound, TValue, bool> fits,
    bool negated
) : PolicyCondition(key)
{
    internal delegate bool Find(ConditionKey key, AccessFacts facts, out TFound found);

    public override bool? Holds(AccessFacts facts)
    {
        if (!find(Key, facts, out var found))
        {
            return null;
        }

        foreach (var value in values)
        {
            if (fits(found, value))
            {
                return !negated;
            }
        }

        return negated;
    }
}
