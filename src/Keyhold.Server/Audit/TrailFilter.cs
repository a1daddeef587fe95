namespace Keyhold.Server.Audit;

/// <summary>Which events a query is after; what is null does not matter.</summary>
public sealed record TrailFilter
{
    /// <summary>The event's name, such as UploadCertificate, in any case.</summary>
    public string? Action { get; init; }

    /// <summary>A user's name, or an access key id.</summary>
    public string? User { get; init; }

    /// <summary>The id of a certificate, or of anything else that events refer to.</summary>
    public string? Certificate { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>Only what was refused or failed.</summary>
    public bool Failed { get; init; }

    /// <summary>Also the lines that the trail writes about itself.</summary>
    public bool WithControl { get; init; }

    public bool Fits(TrailEvent each) =>
        (WithControl || !each.IsControl)
        && (!Failed || each.ErrorCode is not null)
        && (Action is null || string.Equals(each.Name, Action, StringComparison.OrdinalIgnoreCase))
        && (User is null || Equals(each.UserName, User) || Equals(each.AccessKeyId, User))
        && (Certificate is null || each.ResourceIds.Contains(Certificate, StringComparer.Ordinal))
        && (Since is null || each.Time >= Since)
        && (Until is null || each.Time <= Until);

    private static bool Equals(string? found, string wanted) => string.Equals(found, wanted, StringComparison.Ordinal);
}
