using CsCheck;

namespace Keyhold.Server.Tests.Access.Policies;

/// <summary>A choice among values.</summary>
internal static class Some
{
    public static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);
}
