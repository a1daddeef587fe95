namespace Keyhold.Server.Audit;

/// <summary>What verifying has found so far. More findings than so many say nothing new and are not kept.</summary>
internal sealed class TrailReport
{
    private const int MostFindings = 50;

    private readonly List<TrailFinding> findings = [];
    private readonly List<string> notes = [];

    public IReadOnlyList<TrailFinding> Findings => findings;

    public IReadOnlyList<string> Notes => notes;

    /// <summary>The file that findings are about.</summary>
    public string File { get; set; } = "";

    public void Find(long line, long sequence, string reason)
    {
        if (findings.Count < MostFindings)
        {
            findings.Add(new TrailFinding(File, line, sequence, reason));
        }
    }

    public void Note(string note) => notes.Add(note);
}
