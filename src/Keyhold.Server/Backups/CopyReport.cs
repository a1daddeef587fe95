namespace Keyhold.Server.Backups;

/// <summary>What a copy brought over.</summary>
/// <param name="Found">Rows that an earlier, interrupted copy had brought already.</param>
public sealed record CopyReport(string From, string To, IReadOnlyList<(string Table, long Rows)> Rows, long Found);
