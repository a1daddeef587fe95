namespace Keyhold.Server.Audit;

/// <summary>What an answer waits for.</summary>
public enum AuditDurability
{
    /// <summary>Until the event is on the disk: it outlives a loss of power.</summary>
    Disk,

    /// <summary>Until the operating system has the event: it outlives the end of the process.</summary>
    Process,
}
