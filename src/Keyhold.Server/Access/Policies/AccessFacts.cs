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
            foreach (var (found, value) in tags)
            {
                if (string.Equals(found, key, StringComparison.Ordinal))
                {
                    return value;
                }
            }
        }

        return null;
    }
}
