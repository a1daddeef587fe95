using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text.Json.Nodes;
using Keyhold.Server.Access.Policies;

namespace Keyhold.Server.Tests.Access.Policies;

/// <summary>
/// The rules once more, as slowly and plainly as they are written in docs/access.md: on the JSON itself, with nothing
/// compiled and nothing shared with the evaluator.
/// </summary>
internal static class NaivePolicies
{
    public static PolicyVerdict Decide(IEnumerable<string> documents, AccessFacts facts)
    {
        var covering = documents
            .SelectMany(document => JsonNode.Parse(document)!["Statement"]!.AsArray())
            .Where(statement => Covers(statement!.AsObject(), facts))
            .Select(statement => (string)statement!["Effect"]!)
            .ToList();
        return covering.Contains("Deny") ? PolicyVerdict.ExplicitDeny
            : covering.Contains("Allow") ? PolicyVerdict.Allow
            : PolicyVerdict.ImplicitDeny;
    }

    /// <summary>The definition of a pattern: what the first character can be, and the rest.</summary>
    public static bool Like(string pattern, string text) =>
        pattern.Length == 0 ? text.Length == 0
        : pattern[0] == '*' ? Like(pattern[1..], text) || (text.Length > 0 && Like(pattern, text[1..]))
        : text.Length > 0 && (pattern[0] == '?' || pattern[0] == text[0]) && Like(pattern[1..], text[1..]);

    private static bool Covers(JsonObject statement, AccessFacts facts)
    {
        var action = facts.Action.ToUpperInvariant();
        var actionFits = statement.ContainsKey("Action")
            ? Texts(statement["Action"]!).Any(pattern => Like(pattern.ToUpperInvariant(), action))
            : !Texts(statement["NotAction"]!).Any(pattern => Like(pattern.ToUpperInvariant(), action));
        var resourceFits = Texts(statement["Resource"]!).Any(pattern => Like(pattern, facts.Resource));
        var isDeny = (string)statement["Effect"]! == "Deny";
        return actionFits
            && resourceFits
            && (statement["Condition"]?.AsObject() ?? []).All(condition =>
                condition
                    .Value!.AsObject()
                    .All(key => Holds(condition.Key, key.Key, Texts(key.Value!), facts) ?? isDeny)
            );
    }

    private static bool? Holds(string name, string key, List<string> values, AccessFacts facts)
    {
        var found = key switch
        {
            "acs:SourceIp" => facts.SourceIp?.ToString(),
            "acs:CurrentTime" => facts.CurrentTime?.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture),
            "acs:SecureTransport" => facts.SecureTransport?.ToString().ToLowerInvariant(),
            "acs:UserAgent" => facts.UserAgent,
            _ when key.Contains('/') => facts
                .ResourceTags?.Where(tag => tag.Key == key.Split('/')[1])
                .Select(tag => tag.Value)
                .FirstOrDefault(),
            _ => null,
        };
        if (found is null || !IsOfKind(name, found))
        {
            return null;
        }

        var isNot = name.Contains("Not", StringComparison.Ordinal);
        return values.Exists(value => Fits(name.Replace("Not", "", StringComparison.Ordinal), found, value)) != isNot;
    }

    private static bool IsOfKind(string name, string found) =>
        name switch
        {
            _ when name.StartsWith("Numeric", StringComparison.Ordinal) => decimal.TryParse(
                found,
                CultureInfo.InvariantCulture,
                out _
            ),
            _ when name.StartsWith("Date", StringComparison.Ordinal) => found.Contains('T')
                && DateTimeOffset.TryParse(found, CultureInfo.InvariantCulture, out _),
            "Bool" => found is "true" or "false",
            _ when name.EndsWith("IpAddress", StringComparison.Ordinal) => IPAddress.TryParse(found, out _),
            _ => true,
        };

    private static bool Fits(string name, string found, string value) =>
        name switch
        {
            "StringEquals" => found == value,
            "StringEqualsIgnoreCase" => string.Equals(found, value, StringComparison.OrdinalIgnoreCase),
            "StringLike" => Like(value, found),
            "Bool" => found == value,
            "IpAddress" => InRange(IPAddress.Parse(found), value),
            _ when name.StartsWith("Numeric", StringComparison.Ordinal) => Ordered(
                name["Numeric".Length..],
                decimal.Parse(found, CultureInfo.InvariantCulture)
                    .CompareTo(decimal.Parse(value, CultureInfo.InvariantCulture))
            ),
            _ => Ordered(
                name["Date".Length..],
                DateTimeOffset
                    .Parse(found, CultureInfo.InvariantCulture)
                    .CompareTo(DateTimeOffset.Parse(value, CultureInfo.InvariantCulture))
            ),
        };

    private static bool Ordered(string name, int order) =>
        name switch
        {
            "Equals" => order == 0,
            "LessThan" => order < 0,
            "LessThanEquals" => order <= 0,
            "GreaterThan" => order > 0,
            _ => order >= 0,
        };

    private static bool InRange(IPAddress address, string range)
    {
        var parts = range.Split('/');
        var (one, other) = (address.GetAddressBytes(), IPAddress.Parse(parts[0]).GetAddressBytes());
        var free =
            one.Length * 8 - (parts.Length == 1 ? one.Length * 8 : int.Parse(parts[1], CultureInfo.InvariantCulture));
        return one.Length == other.Length && Number(one) >> free == Number(other) >> free;
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static List<string> Texts(JsonNode node) =>
        node is JsonArray list ? [.. list.Select(item => (string)item!)] : [(string)node!];
}
