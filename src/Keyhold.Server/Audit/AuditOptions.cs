namespace Keyhold.Server.Audit;

/// <summary>How the audit trail is kept. By default nothing is ever deleted.</summary>
public sealed record AuditOptions
{
    public const int DefaultSegmentMegabytes = 64;
    public const int DefaultSegmentHours = 24;

    public AuditDurability Durability { get; init; } = AuditDurability.Disk;

    /// <summary>A segment that has grown so large is closed.</summary>
    public long SegmentBytes { get; init; } = DefaultSegmentMegabytes * 1024L * 1024L;

    /// <summary>A segment that has been open so long is closed.</summary>
    public TimeSpan SegmentAge { get; init; } = TimeSpan.FromHours(DefaultSegmentHours);

    /// <summary>Closed segments beyond so many bytes together are deleted, the oldest first; null keeps all.</summary>
    public long? KeepBytes { get; init; }

    /// <summary>Closed segments whose last event is older are deleted; null keeps all.</summary>
    public TimeSpan? KeepAge { get; init; }

    /// <summary>Whether retention may delete segments that were never exported.</summary>
    public bool DeleteUnexported { get; init; }

    /// <summary>Writes nothing: for measuring what the trail costs, and for nothing else.</summary>
    internal bool DangerousOff { get; init; }
}
