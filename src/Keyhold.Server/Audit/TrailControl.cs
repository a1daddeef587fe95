using System.Text.Json;

namespace Keyhold.Server.Audit;

/// <summary>The lines that the trail writes about itself, by their eventName.</summary>
internal static class TrailControl
{
    /// <summary>The first line of each segment: which node, and which key signs.</summary>
    public const string StartSegment = "StartSegment";

    /// <summary>Signed: the chain up to here.</summary>
    public const string Checkpoint = "Checkpoint";

    /// <summary>What stands before it was torn by a crash.</summary>
    public const string CloseTornTail = "CloseTornTail";

    /// <summary>For a time nothing could be written.</summary>
    public const string ResumeWriting = "ResumeWriting";

    /// <summary>The trail was found cut or changed when it was opened.</summary>
    public const string ReportDamage = "ReportDamage";

    /// <summary>The lines that it names were not signed when a key took them over.</summary>
    public const string AdoptUnsigned = "AdoptUnsigned";

    /// <summary>The segments before this sequence were deleted by retention.</summary>
    public const string RetireSegments = "RetireSegments";

    public static Utf8JsonWriter Begin(EventFields fields, string node, string name, DateTimeOffset now)
    {
        var json = fields.Begin();
        json.WriteString("eventType", TrailLine.ControlType);
        json.WriteString("eventName", name);
        json.WriteString("eventTime", EventTime.Of(now));
        json.WriteString("node", node);
        return json;
    }
}
