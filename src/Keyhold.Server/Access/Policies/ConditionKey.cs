using System.Globalization;
using System.Net;

namespace Keyhold.Server.Access.Policies;

/// <summary>
/// A key of a condition and how its value is found in a request. A key that RAM may have and Keyhold does not supply
/// (acs:MFAPresent, say) is one whose value is always missing.
/// </summary>
internal sealed record ConditionKey
{
    private const string ResourceTag = "acs:ResourceTag/";
    private const string KmsTag = "kms:tag/";
    private const int LongestName = 256;

    /// <summary>The keys that Keyhold supplies; the last two are followed by the key of a tag.</summary>
    public static readonly IReadOnlyList<string> Supplied =
    [
        "acs:SourceIp",
        "acs:CurrentTime",
        "acs:SecureTransport",
        "acs:UserAgent",
        ResourceTag,
        KmsTag,
    ];

    private ConditionKey(string name, string? tag)
    {
        Name = name;
        Tag = tag;
    }

    public string Name { get; }

    /// <summary>The key of the tag that is asked for; null when the key is about something else.</summary>
    public string? Tag { get; }

    /// <summary>Null, with the reason and the remedy, when no key of RAM can have this name.</summary>
    public static ConditionKey? Parse(string name, out string reason, out string remedy)
    {
        (reason, remedy) = ("", "");
        if (name.StartsWith(ResourceTag, StringComparison.Ordinal) || name.StartsWith(KmsTag, StringComparison.Ordinal))
        {
            var tag = name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
            if (tag.Length > 0 && name.Length <= LongestName)
            {
                return new ConditionKey(name, tag);
            }

            (reason, remedy) = ("it names no tag", $"Write the tag's key after the slash: {name.Split('/')[0]}/team");
            return null;
        }

        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == name.Length - 1 || name.Length > LongestName || name.Any(char.IsWhiteSpace))
        {
            reason = "a condition key is written service:Name";
            remedy = $"Use one of {string.Join(", ", Supplied)}";
            return null;
        }

        var meant = Supplied.FirstOrDefault(known =>
            known.EndsWith('/')
                ? name.StartsWith(known, StringComparison.OrdinalIgnoreCase)
                : string.Equals(name, known, StringComparison.OrdinalIgnoreCase)
        );
        if (meant is not null && !string.Equals(name, meant, StringComparison.Ordinal))
        {
            (reason, remedy) = ("upper and lower case differ from the key that is meant", $"Write {meant}");
            return null;
        }

        return new ConditionKey(name, tag: null);
    }

    public string? TextIn(AccessFacts facts) =>
        Tag is not null
            ? facts.TagOf(Tag)
            : Name switch
            {
                "acs:UserAgent" => facts.UserAgent,
                "acs:SourceIp" => facts.SourceIp is { } address ? IpRange.Normal(address).ToString() : null,
                "acs:CurrentTime" => facts.CurrentTime?.UtcDateTime.ToString(
                    "yyyy-MM-dd'T'HH:mm:ss'Z'",
                    CultureInfo.InvariantCulture
                ),
                "acs:SecureTransport" => facts.SecureTransport switch
                {
                    true => "true",
                    false => "false",
                    null => null,
                },
                _ => null,
            };

    public IPAddress? AddressIn(AccessFacts facts) =>
        Name is "acs:SourceIp" ? facts.SourceIp
        : TextIn(facts) is { } text && IPAddress.TryParse(text, out var address) ? address
        : null;

    /// <summary>To the second, as conditions are written.</summary>
    public DateTimeOffset? TimeIn(AccessFacts facts) =>
        Name is "acs:CurrentTime" ? WholeSeconds(facts.CurrentTime)
        : TextIn(facts) is { } text ? ConditionValue.Time(text)
        : null;

    public bool? FlagIn(AccessFacts facts) =>
        Name is "acs:SecureTransport" ? facts.SecureTransport
        : TextIn(facts) is { } text ? ConditionValue.Flag(text)
        : null;

    public decimal? NumberIn(AccessFacts facts) => TextIn(facts) is { } text ? ConditionValue.Number(text) : null;

    private static DateTimeOffset? WholeSeconds(DateTimeOffset? time) =>
        time is { } moment ? DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds()) : null;
}
