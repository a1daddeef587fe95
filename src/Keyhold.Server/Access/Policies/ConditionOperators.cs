using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Keyhold.Server.Access.Policies;

/// <summary>The operators that RAM documents ("Conditional operators"); there are no others.</summary>
internal static class ConditionOperators
{
    /// <summary>Makes a condition; a value that is not of the operator's kind is reported to <paramref name="refuse"/>, which throws.</summary>
    internal delegate PolicyCondition Make(ConditionKey key, string[] values, Action<int, string> refuse);

    private static readonly FrozenDictionary<string, Make> ByName = Strings()
        .Concat(Ordered("Numeric", Number, "it is not a number", ConditionValue.Number))
        .Concat(Ordered("Date", Time, "it is not a time such as 2026-11-24T17:00:00+08:00", ConditionValue.Time))
        .Append(KeyValuePair.Create<string, Make>("Bool", Flags))
        .Append(
            KeyValuePair.Create<string, Make>(
                "IpAddress",
                (key, values, refuse) => Ranges(key, values, refuse, negated: false)
            )
        )
        .Append(
            KeyValuePair.Create<string, Make>(
                "NotIpAddress",
                (key, values, refuse) => Ranges(key, values, refuse, negated: true)
            )
        )
        .ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static bool TryFind(string name, [NotNullWhen(true)] out Make? make) => ByName.TryGetValue(name, out make);

    private static IEnumerable<KeyValuePair<string, Make>> Strings()
    {
        yield return Text(
            "StringEquals",
            static (found, value) => string.Equals(found, value, StringComparison.Ordinal),
            false
        );
        yield return Text(
            "StringNotEquals",
            static (found, value) => string.Equals(found, value, StringComparison.Ordinal),
            true
        );
        yield return Text(
            "StringEqualsIgnoreCase",
            static (found, value) => string.Equals(found, value, StringComparison.OrdinalIgnoreCase),
            false
        );
        yield return Text(
            "StringNotEqualsIgnoreCase",
            static (found, value) => string.Equals(found, value, StringComparison.OrdinalIgnoreCase),
            true
        );
        yield return Pattern("StringLike", negated: false);
        yield return Pattern("StringNotLike", negated: true);
    }

    private static KeyValuePair<string, Make> Text(string name, Func<string, string, bool> fits, bool negated) =>
        KeyValuePair.Create<string, Make>(
            name,
            (key, values, _) => new TypedCondition<string, string>(key, Texts, values, fits, negated)
        );

    private static KeyValuePair<string, Make> Pattern(string name, bool negated) =>
        KeyValuePair.Create<string, Make>(
            name,
            (key, values, _) =>
                new TypedCondition<string, Wildcard>(
                    key,
                    Texts,
                    [.. values.Select(value => new Wildcard(value, ignoreCase: false))],
                    static (found, pattern) => pattern.Matches(found),
                    negated
                )
        );

    /// <summary>The six comparisons of numbers and of times.</summary>
    private static IEnumerable<KeyValuePair<string, Make>> Ordered<T>(
        string kind,
        TypedCondition<T, T>.Find find,
        string complaint,
        Func<string, T?> parse
    )
        where T : struct, IComparable<T>
    {
        yield return Comparison("Equals", static order => order == 0, false);
        yield return Comparison("NotEquals", static order => order == 0, true);
        yield return Comparison("LessThan", static order => order < 0, false);
        yield return Comparison("LessThanEquals", static order => order <= 0, false);
        yield return Comparison("GreaterThan", static order => order > 0, false);
        yield return Comparison("GreaterThanEquals", static order => order >= 0, false);

        KeyValuePair<string, Make> Comparison(string name, Func<int, bool> fits, bool negated) =>
            KeyValuePair.Create<string, Make>(
                kind + name,
                (key, values, refuse) =>
                    new TypedCondition<T, T>(
                        key,
                        find,
                        Parsed(values, parse, complaint, refuse),
                        (found, value) => fits(found.CompareTo(value)),
                        negated
                    )
            );
    }

    private static TypedCondition<bool, bool> Flags(ConditionKey key, string[] values, Action<int, string> refuse) =>
        new(
            key,
            Flag,
            Parsed(values, ConditionValue.Flag, "it is neither \"true\" nor \"false\"", refuse),
            static (found, value) => found == value,
            negated: false
        );

    private static TypedCondition<IPAddress, IpRange> Ranges(
        ConditionKey key,
        string[] values,
        Action<int, string> refuse,
        bool negated
    )
    {
        var ranges = new IpRange[values.Length];
        for (var at = 0; at < values.Length; at++)
        {
            if (IpRange.Parse(values[at], out var reason) is { } range)
            {
                ranges[at] = range;
            }
            else
            {
                refuse(at, reason);
            }
        }

        return new(key, Address, ranges, static (found, range) => range.Contains(found), negated);
    }

    private static T[] Parsed<T>(string[] values, Func<string, T?> parse, string complaint, Action<int, string> refuse)
        where T : struct
    {
        var parsed = new T[values.Length];
        for (var at = 0; at < values.Length; at++)
        {
            if (parse(values[at]) is { } value)
            {
                parsed[at] = value;
            }
            else
            {
                refuse(at, complaint);
            }
        }

        return parsed;
    }

    private static bool Texts(ConditionKey key, AccessFacts facts, out string found)
    {
        var text = key.TextIn(facts);
        found = text ?? "";
        return text is not null;
    }

    private static bool Number(ConditionKey key, AccessFacts facts, out decimal found) =>
        Given(key.NumberIn(facts), out found);

    private static bool Time(ConditionKey key, AccessFacts facts, out DateTimeOffset found) =>
        Given(key.TimeIn(facts), out found);

    private static bool Flag(ConditionKey key, AccessFacts facts, out bool found) =>
        Given(key.FlagIn(facts), out found);

    private static bool Address(ConditionKey key, AccessFacts facts, out IPAddress found)
    {
        var address = key.AddressIn(facts);
        found = address ?? IPAddress.None;
        return address is not null;
    }

    private static bool Given<T>(T? value, out T found)
        where T : struct
    {
        found = value.GetValueOrDefault();
        return value.HasValue;
    }
}
