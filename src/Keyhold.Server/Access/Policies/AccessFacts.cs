using System.Net;

namespace Keyhold.Server.Access.Policies;

/// <summary>
/// What a policy decides on. The action is written as in kms:UploadCertificate, the resource as an ARN. What is null is
/// not known, and conditions on it have a missing key.
/// </summary>
internal sealed record AccessFacts(string Action, string Resource)
{
    public IPAddress? SourceIp { get; init; }

    public DateTimeOffset? CurrentTime { get; init; }

    public bool? SecureTransport { get; init; }

    public string? UserAgent { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>>? ResourceTags { get; init; }

    public string? TagOf(string key)
    {
        if (ResourceTags is { } tags)
        {
            // By index: enumerating an interface would allocate for every condition of every request.
            for (var at = 0; at < tags.Count; at++)
            {
                if (string.Equals(tags[at].Key, key, StringComparison.Ordinal))
                {
                    return tags[at].Value;
                }
            }
        }

        return null;
    }
}
