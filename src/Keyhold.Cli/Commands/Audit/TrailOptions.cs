using System.CommandLine;
using Keyhold.Server.Audit;

namespace Keyhold.Cli.Commands.Audit;

/// <summary>The options of serve about the audit trail.</summary>
internal sealed class TrailOptions
{
    private const long Megabyte = 1024 * 1024;
    private const string Disk = "disk";
    private const string Process = "process";

    private readonly Option<string?> durability = new("--audit-durability")
    {
        Description =
            "What an answer waits for: disk, until its event is on the disk, or process, until the operating system has it "
            + $"[default: {Disk}]",
        HelpName = $"{Disk}|{Process}",
    };

    private readonly Option<int?> segmentSize = Number(
        "--audit-segment-size",
        $"A segment of the audit trail ends at so many megabytes [default: {AuditOptions.DefaultSegmentMegabytes}]",
        "MB"
    );

    private readonly Option<int?> segmentHours = Number(
        "--audit-segment-hours",
        $"and after so many hours [default: {AuditOptions.DefaultSegmentHours}]",
        "N"
    );

    private readonly Option<int?> keepSize = Number(
        "--audit-keep-size",
        "Delete the oldest exported segments beyond so many megabytes together [default: keep all]",
        "MB"
    );

    private readonly Option<int?> keepDays = Number(
        "--audit-keep-days",
        "Delete exported segments after so many days [default: keep all]",
        "N"
    );

    private readonly Option<bool> deleteUnexported = new("--audit-delete-unexported")
    {
        Description = "Let --audit-keep-size and --audit-keep-days delete segments that were never exported, too",
    };

    public void AddTo(Command command)
    {
        command.Add(durability);
        command.Add(segmentSize);
        command.Add(segmentHours);
        command.Add(keepSize);
        command.Add(keepDays);
        command.Add(deleteUnexported);
    }

    public AuditOptions Read(ParseResult parsed)
    {
        var defaults = new AuditOptions();
        return new AuditOptions
        {
            Durability = parsed.GetValue(durability) switch
            {
                null or Disk => AuditDurability.Disk,
                Process => AuditDurability.Process,
                var other => throw new UsageException(
                    $"--audit-durability is \"{other}\", but {Disk} or {Process} is expected."
                ),
            },
            SegmentBytes = parsed.GetValue(segmentSize) * Megabyte ?? defaults.SegmentBytes,
            SegmentAge = parsed.GetValue(segmentHours) is { } hours ? TimeSpan.FromHours(hours) : defaults.SegmentAge,
            KeepBytes = parsed.GetValue(keepSize) * Megabyte,
            KeepAge = parsed.GetValue(keepDays) is { } days ? TimeSpan.FromDays(days) : null,
            DeleteUnexported = parsed.GetValue(deleteUnexported),
        };
    }

    private static Option<int?> Number(string name, string description, string helpName)
    {
        const int most = 1_000_000;
        var option = new Option<int?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > most)
            {
                result.AddError($"{name} is out of bounds. Give a whole number from 1 to {most}.");
            }
        });
        return option;
    }
}
