namespace Keyhold.Server.Audit;

/// <summary>One file of a chain, by the sequence that its name says its first line has.</summary>
internal sealed record TrailSegment(string File, long FirstSequence)
{
    public string Name => Path.GetFileName(File);
}
