namespace Keyhold.Server.Audit;

/// <summary>A place of a trail that is not as Keyhold wrote it. Line counts from 1; 0 where it is about the whole file.</summary>
public sealed record TrailFinding(string File, long Line, long Sequence, string Reason);
